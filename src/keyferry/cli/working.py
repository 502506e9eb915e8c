"""The working half of a long-running command: the process begins anew without what read its flags.

That would hold 10 MiB on every node for as long as the process lives. execve(2) keeps process id, environment and
standard streams. The settings go along as JSON in the arguments, which every user of the machine can read: they are
names and paths, never a value. Called by cli.node, cli.operator and cli.webhook.
"""

import asyncio
import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

import msgspec

from keyferry.admit.settings import Settings as WebhookSettings
from keyferry.cli.operator_settings import OperatorSettings
from keyferry.cli.telling import tell
from keyferry.model.errors import KeyferryError
from keyferry.mount.settings import Settings as NodeSettings
from keyferry.runtime import logs
from keyferry.runtime.logs import LogFormat, LogLevel

INTERRUPTED: Final = 130  # 128 and SIGINT, as shells say it

SettingsT = TypeVar("SettingsT", NodeSettings, OperatorSettings, WebhookSettings)
Settings: TypeAlias = NodeSettings | OperatorSettings | WebhookSettings

VERBS: Final[Mapping[type, str]] = {NodeSettings: "node", OperatorSettings: "operator", WebhookSettings: "webhook"}


def begin(settings: Settings, *, level: LogLevel, form: LogFormat) -> NoReturn:
    """Replace this process by one that works by `settings` and ends as the command shall end."""
    verb = VERBS[type(settings)]
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: what lies in the current folder is no module of this process
    arguments = [sys.executable, "-P", "-m", "keyferry.cli.working", verb, level, form, encoded(settings)]
    os.execv(sys.executable, arguments)  # noqa: S606  (no shell is the point)


def main() -> None:
    """Work as the arguments say, until told to stop; every expected error becomes three lines and an exit code."""
    verb, level, form, settings = sys.argv[1:]
    leave_no_dump()
    logs.configure(level=LogLevel(level), form=LogFormat(form))
    try:
        asyncio.run(_RUNNERS[verb](settings))
    except KeyferryError as error:
        sys.exit(tell(error))
    except KeyboardInterrupt:  # before it listens for signals
        sys.exit(INTERRUPTED)


def leave_no_dump() -> None:
    """Let a crash write no image of this process, in which values are. Who may debug it may still look."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def encoded(settings: Settings) -> str:
    """Return settings as ASCII, also those whose bytes are no UTF-8."""
    return json.dumps(msgspec.to_builtins(settings, enc_hook=os.fspath))


def decoded(text: str, kind: type[SettingsT]) -> SettingsT:
    """Return the settings of `encoded`."""
    return msgspec.convert(json.loads(text), type=kind, dec_hook=_path)


async def _node(settings: str) -> None:
    from keyferry.mount import run  # noqa: PLC0415  (the other half of the branch is not loaded)

    await run.run(decoded(settings, NodeSettings))


async def _operator(settings: str) -> None:
    from keyferry.cli import operator_run  # noqa: PLC0415  (the same)

    await operator_run.run(decoded(settings, OperatorSettings))


async def _webhook(settings: str) -> None:
    from keyferry.admit import run  # noqa: PLC0415  (the same)

    await run.run(decoded(settings, WebhookSettings))


def _path(kind: type[Any], text: Any) -> Any:
    assert kind is Path, "settings hold no other type that JSON knows not"
    return Path(text)


_RUNNERS: Final = {"node": _node, "operator": _operator, "webhook": _webhook}

if __name__ == "__main__":
    main()
