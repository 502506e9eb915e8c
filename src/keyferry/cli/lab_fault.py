"""`keyferry lab fault`: what goes wrong in a lab that runs, and what is in force."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.lab_commands import FOLDER, FolderOption
from keyferry.cli.output import Output, OutputOption
from keyferry.model.errors import SpecError
from keyferry.spec import durations


class Service(StrEnum):
    """The services of the lab that can have a fault."""

    ENTRA = "entra"
    VAULT = "vault"
    ARM = "arm"
    ISSUER = "issuer"
    IMDS = "imds"
    EVENTS = "events"


class Certificate(StrEnum):
    """What can be wrong with a service's certificate."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"


def command(  # noqa: PLR0913  (each parameter is a flag)
    service: Annotated[
        Service | None, typer.Argument(help="Which service.", show_default="all, to show or clear")
    ] = None,
    *,
    latency_ms: Annotated[float, typer.Option(min=0, max=600_000, help="Answer so much later.")] = 0.0,
    jitter_ms: Annotated[float, typer.Option(min=0, max=600_000, help="And by chance up to so much more.")] = 0.0,
    status: Annotated[int | None, typer.Option(help="Answer 429, or 500 to 599.")] = None,
    retry_after: Annotated[float | None, typer.Option(min=0, help="Seconds, told with the status.")] = None,
    retry_after_date: Annotated[bool, typer.Option("--retry-after-date", help="Tell them as a date.")] = False,
    outage: Annotated[bool, typer.Option("--outage", help="Reset every connection.")] = False,
    stall: Annotated[bool, typer.Option("--stall", help="Send the head, and no body.")] = False,
    stall_midway: Annotated[bool, typer.Option("--stall-midway", help="Send half of the body.")] = False,
    cut: Annotated[bool, typer.Option("--cut", help="Cut the connection after half of the body.")] = False,
    garbage: Annotated[bool, typer.Option("--garbage", help="Send JSON that is none.")] = False,
    certificate: Annotated[Certificate | None, typer.Option(help="Show a certificate with this flaw.")] = None,
    skew: Annotated[str, typer.Option(help="How wrong its clock is, as 10m or -10m.", show_default="right")] = "0",
    rate: Annotated[float, typer.Option(min=0.001, max=1, help="With this probability.")] = 1.0,
    requests: Annotated[int | None, typer.Option(min=1, help="For so many requests.", show_default="any")] = None,
    lasting: Annotated[str, typer.Option("--for", help="For so long, as 10m.", show_default="ever")] = "0",
    host: Annotated[str, typer.Option(help="Only at this host.", show_default="any")] = "",
    path: Annotated[str, typer.Option(help="Only where the path begins so.", show_default="any")] = "",
    method: Annotated[str, typer.Option(help="Only this method.", show_default="any")] = "",
    chance_seed: Annotated[int | None, typer.Option(min=0, help="Repeat the run of chance.")] = None,
    remove: Annotated[int | None, typer.Option(min=1, help="Take away the rule of this number.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let the service, or all, work again.")] = False,
    output: OutputOption = Output.TEXT,
    folder: FolderOption = FOLDER,
) -> None:
    """Make a service of the lab slow, throttled, broken or unreachable; or well again. Rules add up.

    Examples: keyferry lab fault vault --status 429 --retry-after 5 --requests 20; keyferry lab fault --clear
    """
    kinds = {"reset": outage, "stall": stall, "stall-midway": stall_midway, "cut": cut, "garbage": garbage}
    rule = {
        "latencySeconds": latency_ms / 1000,
        "jitterSeconds": jitter_ms / 1000,
        "status": status,
        "retryAfterSeconds": retry_after,
        "retryAfterDate": retry_after_date,
        "kind": _one([kind for kind, wanted in kinds.items() if wanted]),
        "certificate": certificate,
        "skewSeconds": durations.parse(skew).total_seconds(),
    }
    narrowed = {
        "rate": rate if rate < 1 else None,
        "requests": requests,
        "forSeconds": durations.parse(lasting).total_seconds(),
        "host": host,
        "path": path,
        "method": method,
    }
    wish = _Wish(service, _given(rule), _given(narrowed), chance_seed, clear=clear, remove=remove)
    _print(asyncio.run(wish.carry_out(folder.absolute())), output)


class _Wish:
    """What the flags ask for, once they make sense together."""

    def __init__(
        self,
        service: Service | None,
        rule: Mapping[str, Any],
        narrowed: Mapping[str, Any],
        chance_seed: int | None,
        *,
        clear: bool,
        remove: int | None,
    ) -> None:
        if (rule or narrowed) and (clear or remove is not None):
            raise SpecError(what="--clear and --remove take no rule", remedy="clear first, then set the new rule")
        if rule and service is None:
            raise SpecError(what="no service is named", remedy=f"name one of {', '.join(Service)}")
        if narrowed and not rule:
            raise SpecError(what="nothing goes wrong", remedy="say what, as --status 503, --outage or --latency-ms 200")
        self._service, self._rule = service, {**rule, **narrowed}
        self._chance_seed, self._clear, self._remove = chance_seed, clear, remove

    async def carry_out(self, folder: Path) -> Sequence[Mapping[str, Any]]:
        """Do it, and return the rules in force that are about the service."""
        async with LabAdmin(folder) as admin:
            if self._chance_seed is not None:
                await admin.restart_chance(self._chance_seed)
            if self._remove is not None:
                await admin.clear_faults(str(self._remove))
            if self._clear:
                await admin.clear_faults(self._service or "")
            if self._rule:
                await admin.add_fault(self._service or "", self._rule)
            rules = (await admin.faults())["rules"]
        return [rule for rule in rules if self._service in (None, rule["service"])]


def _one(kinds: Sequence[str]) -> str | None:
    if len(kinds) > 1:
        raise SpecError(
            what="a request fails in one way", remedy="set a rule for each of them, with --rate or --requests"
        )
    return kinds[0] if kinds else None


def _given(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not as it is anyway."""
    return {key: value for key, value in document.items() if value not in (None, False, 0, "")}


def _print(rules: Sequence[Mapping[str, Any]], output: Output) -> None:
    if output is Output.JSON:
        typer.echo(json.dumps({"rules": rules}, indent=2))
        return
    table = Table(*(("id", "service", "what", "where", "how long") if rules else ("nothing goes wrong",)))
    for rule in rules:
        table.add_row(str(rule["id"]), rule["service"], _what(rule), _where(rule), _how_long(rule))
    Console().print(table)


def _what(rule: Mapping[str, Any]) -> str:
    kind = {"status": str(rule["status"]), "certificate": f"certificate {rule['certificate']}"}
    told = rule["retryAfterSeconds"]
    words = [
        "" if rule["kind"] == "none" else kind.get(rule["kind"], rule["kind"]),
        "" if told is None else f"retry after {told:g} s",
        _time(rule["latencySeconds"], "late"),
        _time(rule["jitterSeconds"], "jitter"),
        _time(rule["skewSeconds"], "ahead"),
        "" if rule["rate"] == 1 else f"at {rule['rate']:.0%}",
    ]
    return ", ".join(word for word in words if word)


def _where(rule: Mapping[str, Any]) -> str:
    return " ".join(word for word in (rule["method"], rule["host"] + rule["path"]) if word) or "everywhere"


def _how_long(rule: Mapping[str, Any]) -> str:
    words = (
        "" if rule["requests"] is None else f"{rule['requests']} requests",
        "" if rule["until"] is None else f"until {rule['until']}",
    )
    return ", ".join(word for word in words if word) or "until cleared"


def _time(seconds: float, word: str) -> str:
    return f"{durations.render(timedelta(seconds=seconds))} {word}" if seconds else ""
