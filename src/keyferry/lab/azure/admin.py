"""The hand on the lab's knobs, as HTTP: counters, audit log, faults, clock. For demos, tests and the command line.

It shows what happened and never a value, and it is served on a private socket alone: it is no part of Azure.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.lab.world.http import Request, Response

MAX_LATENCY_SECONDS: Final = 600.0
SHOWN_RECORDS: Final = 1000
_KEYS: Final = ("kind", "status", "retryAfterSeconds", "latencySeconds", "requests", "host", "path")


class _BadRequestError(Exception):
    """The text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """What the knobs are connected to."""

    azure: Azure
    faults: Faults
    clock: Clock

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to an administrator's request; `now` is the lab's instant."""
        try:
            return self._route(request, now)
        except _BadRequestError as error:
            return _json(400, {"error": str(error)})

    def _route(self, request: Request, now: datetime) -> Response:
        match request.method, *request.path.strip("/").split("/"):
            case "GET", "counters":
                return _json(200, {"counts": [asdict(count) for count in self.azure.counts()]})
            case "DELETE", "counters":
                self.azure.reset_counts()
                return _json(200, {"counts": []})
            case "GET", "audit":
                return self._audit(request)
            case "GET", "clock":
                return self._clock(now)
            case "POST", "clock", "advance":
                return self._advance(request, now)
            case _:
                return self._faults(request)

    def _faults(self, request: Request) -> Response:
        match request.method, *request.path.strip("/").split("/"):
            case "GET", "faults":
                pass
            case "PUT", "faults", service:
                self.faults.put(_service(service), rule(_object(request.body)))
            case "DELETE", "faults":
                self.faults.clear()
            case "DELETE", "faults", service:
                self.faults.clear(_service(service))
            case _:
                return _json(404, {"error": f"there is no {request.method} {request.path[:200]} here"})
        return _json(200, {service.value: _shown(rule) for service, rule in self.faults.rules.items()})

    def _audit(self, request: Request) -> Response:
        vault = request.parameter("vault")
        records = [record for record in self.azure.audit if vault in ("", record.vault)][-SHOWN_RECORDS:]
        return _json(200, {"records": [{**asdict(each), "time": each.time.isoformat()} for each in records]})

    def _advance(self, request: Request, now: datetime) -> Response:
        by = timedelta(seconds=_number(_object(request.body), "seconds", least=0.0, most=10.0**10))
        self.clock.advance(by)
        return self._clock(now + by)

    def _clock(self, now: datetime) -> Response:
        return _json(200, {"now": now.isoformat(), "offsetSeconds": self.clock.offset.total_seconds()})


def rule(document: Mapping[str, Any]) -> Rule:
    """Return the rule that the JSON describes; every key may be left out.

    `{"status": 429, "retryAfterSeconds": 2, "requests": 5}` · `{"kind": "reset"}` · `{"latencySeconds": 0.1}`
    """
    unknown = sorted(set(document) - set(_KEYS))
    if unknown:
        raise _BadRequestError(f"'{unknown[0]}' is not known; known are {', '.join(_KEYS)}")
    fault = Fault(
        kind=_kind(document),
        latency=timedelta(seconds=_number(document, "latencySeconds", least=0.0, most=MAX_LATENCY_SECONDS)),
        status=_status(document),
        retry_after=timedelta(seconds=_number(document, "retryAfterSeconds", least=0.0, most=3600.0))
        if document.get("retryAfterSeconds") is not None
        else None,
    )
    requests = document.get("requests")
    remaining = None if requests is None else int(_number(document, "requests", least=0.0, most=10.0**9))
    return Rule(
        fault=fault, remaining=remaining, host=str(document.get("host", "")), path=str(document.get("path", ""))
    )


def _kind(document: Mapping[str, Any]) -> Kind:
    default = Kind.STATUS if document.get("status") is not None else Kind.NONE
    try:
        kind = Kind(document.get("kind", default))
    except ValueError as refusal:
        raise _BadRequestError(f"'kind' is none of {', '.join(Kind)}") from refusal
    if kind is Kind.STATUS and document.get("status") is None:
        raise _BadRequestError("'status' is missing: write 429, or one from 500 to 599")
    return kind


def _status(document: Mapping[str, Any]) -> int:
    status = document.get("status")
    if status is None:
        return 0
    if not isinstance(status, int) or not (status == 429 or 500 <= status <= 599):
        raise _BadRequestError("'status' must be 429, or one from 500 to 599")
    return status


def _number(document: Mapping[str, Any], key: str, *, least: float, most: float) -> float:
    number = document.get(key, 0)
    if isinstance(number, bool) or not isinstance(number, int | float) or not least <= number <= most:
        raise _BadRequestError(f"'{key}' must be a number from {least:g} to {most:g}")
    return float(number)


def _service(name: str) -> Service:
    try:
        return Service(name)
    except ValueError as refusal:
        raise _BadRequestError(f"the service is none of {', '.join(Service)}") from refusal


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as refusal:
        raise _BadRequestError("the body is not JSON") from refusal
    if not isinstance(document, Mapping):
        raise _BadRequestError("the body is not a JSON object")
    return document


def _shown(rule_in_force: Rule) -> dict[str, Any]:
    fault = rule_in_force.fault
    return {
        "kind": fault.kind.value,
        "status": fault.status,
        "retryAfterSeconds": None if fault.retry_after is None else fault.retry_after.total_seconds(),
        "latencySeconds": fault.latency.total_seconds(),
        "requests": rule_in_force.remaining,
        "host": rule_in_force.host,
        "path": rule_in_force.path,
    }


def _json(status: int, document: object) -> Response:
    headers = (("Content-Type", "application/json"),)
    return Response(status=status, headers=headers, body=json.dumps(document).encode() + b"\n")
