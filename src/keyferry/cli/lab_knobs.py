"""`keyferry lab knobs`, `throttle`, `revoke` and `rotate-keys`: how the lab's services behave, what they take back."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.lab_commands import FOLDER, FolderOption
from keyferry.model.errors import SpecError

Ask = Callable[[LabAdmin], Awaitable[Mapping[str, Any]]]


class RetryAfter(StrEnum):
    """How a 429 tells how long to wait."""

    NO = "no"
    SECONDS = "seconds"
    DATE = "date"


def knobs(
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="What to change; nothing shows them all.")
    ] = None,
    *,
    folder: FolderOption = FOLDER,
) -> None:
    """Show or turn the knobs of the services: delays, lifetimes of tokens, how events are delivered.

    Example: keyferry lab knobs roleAssignmentDelaySeconds=300 eventsUnordered=true
    """
    wanted = dict(_setting(text) for text in settings or ())
    _tell(folder, lambda admin: admin.turn(wanted))


def throttle(
    vault: Annotated[str, typer.Argument(help="Which vault.", show_default="all")] = "",
    *,
    limit_percent: Annotated[int | None, typer.Option(min=1, help="Scale the limits: 100 is the real ones.")] = None,
    retry_after: Annotated[RetryAfter | None, typer.Option(help="How a 429 tells the wait.")] = None,
    folder: FolderOption = FOLDER,
) -> None:
    """Show or scale how many requests vaults take in 10 seconds.

    Example: keyferry lab throttle kv-prod --limit-percent 1 --retry-after seconds
    """
    wanted = {"vault": vault, "limitPercent": limit_percent, "retryAfter": retry_after}
    changes = {key: value for key, value in wanted.items() if value}
    _tell(folder, lambda admin: admin.throttle(changes))


def revoke(
    *,
    vault: Annotated[str, typer.Option(help="Only at this vault.", show_default="all")] = "",
    principal: Annotated[str, typer.Option(help="Only of this object id.", show_default="all")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Let old tokens count again.")] = False,
    folder: FolderOption = FOLDER,
) -> None:
    """Refuse at vaults the tokens issued until now: clients get a claims challenge, as after a security incident.

    Example: keyferry lab revoke --vault kv-prod
    """
    if clear:
        _tell(folder, lambda admin: admin.clear_revocations())
    else:
        _tell(folder, lambda admin: admin.revoke(vault, principal))


def rotate_keys(*, folder: FolderOption = FOLDER) -> None:
    """Let Entra sign with a new key; the old one stays published for a while.

    Example: keyferry lab rotate-keys
    """
    _tell(folder, lambda admin: admin.rotate_keys())


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        what = f"{text!r} has no =" if not equals else f"{value!r} is no number, true, false or null"
        raise SpecError(what=what, remedy="write NAME=VALUE; `keyferry lab knobs` shows the names") from None


def _tell(folder: Path, ask: Ask) -> None:
    typer.echo(json.dumps(asyncio.run(_asked(folder.absolute(), ask)), indent=2))


async def _asked(folder: Path, ask: Ask) -> Mapping[str, Any]:
    async with LabAdmin(folder) as admin:
        return await ask(admin)
