"""The administrator's requests by path. It shows what happened and never a value, and is served on a private socket."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from keyferry.lab.azure.admin import documents, knobs, records, rules
from keyferry.lab.azure.admin.documents import BadRequestError, NotThereError, answer
from keyferry.lab.azure.admin.records import AuditTail
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults, Service
from keyferry.lab.world.http import Request, Response

MAX_ADVANCE_SECONDS: Final = 10.0**10
END: Final = datetime(9000, 1, 1, tzinfo=UTC)  # what is reckoned from an instant must not pass the calendar's end
MAX_SEED: Final = 2.0**53


class Admin:
    """What the knobs are connected to."""

    def __init__(self, *, azure: Azure, faults: Faults, clock: Clock) -> None:
        self.azure = azure
        self.faults = faults
        self.clock = clock
        self._audit_tail = AuditTail(azure.audit)

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to an administrator's request; `now` is the lab's instant."""
        try:
            return answer(200, self._answer(request, now))
        except BadRequestError as error:
            return answer(400, {"error": str(error)})
        except NotThereError as error:
            return answer(404, {"error": str(error)})

    def _answer(self, request: Request, now: datetime) -> dict[str, Any]:
        family, *rest = request.path.strip("/").split("/")
        families = {
            "counters": self._counters,
            "audit": self._audit,
            "events": self._events,
            "clock": self._clock,
            "faults": self._faults,
            "chance": self._chance,
            "knobs": self._knobs,
            "throttle": self._throttle,
            "revocations": self._revocations,
            "keys": self._keys,
        }
        if family not in families:
            raise _nothing(request)
        return families[family](request, rest, now)

    def _counters(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                return {"counts": [asdict(count) for count in self.azure.counts()]}
            case "DELETE", []:
                self.azure.reset_counts()
                return {"counts": []}
            case _:
                raise _nothing(request)

    def _audit(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        if (request.method, rest) != ("GET", []):
            raise _nothing(request)
        after = request.parameter("after")
        if after and not (after.isascii() and after.isdigit()):
            raise BadRequestError("'after' must be a number")
        return self._audit_tail.shown(request.parameter("vault"), int(after[:18]) if after else None)

    def _events(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        if (request.method, rest) != ("GET", []):
            raise _nothing(request)
        return records.events(self.azure.grid)

    def _knobs(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "PATCH", []:
                knobs.turn(self.azure, request.body)
            case _:
                raise _nothing(request)
        return knobs.shown(self.azure)

    def _throttle(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                return knobs.throttled(self.azure)
            case "PUT", []:
                return knobs.throttle(self.azure, request.body)
            case _:
                raise _nothing(request)

    def _revocations(self, request: Request, rest: list[str], now: datetime) -> dict[str, Any]:
        revocations = self.azure.keyvault.revocations
        match request.method, rest:
            case "GET", []:
                pass
            case "POST", []:
                wanted = documents.read(request.body, ("vault", "principalId"))
                revocations.revoke(now, documents.text(wanted, "vault"), documents.text(wanted, "principalId"))
            case "DELETE", []:
                revocations.clear()
            case _:
                raise _nothing(request)
        return {"revocations": [asdict(each) for each in revocations.given]}

    def _keys(self, request: Request, rest: list[str], now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "POST", ["rotate"]:
                self.azure.tokens.keys.rotate(now)
            case _:
                raise _nothing(request)
        return {"kids": [key["kid"] for key in self.azure.tokens.keys.jwks(now)["keys"]]}

    def _clock(self, request: Request, rest: list[str], now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "POST", ["advance"]:
                wanted = documents.read(request.body, ("seconds",))
                by = timedelta(seconds=documents.number(wanted, "seconds", least=0.0, most=MAX_ADVANCE_SECONDS))
                if by > END - now:
                    raise BadRequestError(f"the lab's clock ends with the year {END.year - 1}")
                self.clock.advance(by)
                now += by
            case _:
                raise _nothing(request)
        return {"now": now.isoformat(), "offsetSeconds": self.clock.offset.total_seconds()}

    def _faults(self, request: Request, rest: list[str], now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "PUT", [service]:
                self.faults.put(_service(service), rules.read(request.body, _service(service), now))
            case "POST", [service]:
                self.faults.add(_service(service), rules.read(request.body, _service(service), now))
            case "DELETE", []:
                self.faults.clear()
            case "DELETE", [number] if number.isascii() and number.isdigit():
                if not self.faults.remove(int(number)):
                    raise NotThereError(f"there is no rule {number[:20]}")
            case "DELETE", [service]:
                self.faults.clear(_service(service))
            case _:
                raise _nothing(request)
        return {"rules": [rules.shown(held) for held in self.faults.rules(now)]}

    def _chance(self, request: Request, rest: list[str], _now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "PUT", []:
                wanted = documents.read(request.body, ("seed",))
                self.faults.chance.restart(int(documents.number(wanted, "seed", least=0.0, most=MAX_SEED)))
            case _:
                raise _nothing(request)
        return {"seed": self.faults.chance.seed}


def _service(name: str) -> Service:
    return documents.choice(name, "the service", Service)


def _nothing(request: Request) -> NotThereError:
    return NotThereError(f"there is no {request.method} {request.path[:200]} here")
