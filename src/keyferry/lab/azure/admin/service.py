"""The administrator's requests by path. It shows what happened and never a value, and is served on a private socket."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from keyferry.lab.azure.admin import documents, rules
from keyferry.lab.azure.admin.documents import BadRequestError, NotThereError, answer
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults, Service
from keyferry.lab.world.http import Request, Response

SHOWN_RECORDS: Final = 1000
MAX_ADVANCE_SECONDS: Final = 10.0**10
MAX_SEED: Final = 2.0**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """What the knobs are connected to."""

    azure: Azure
    faults: Faults
    clock: Clock

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
        match family:
            case "counters":
                return self._counters(request, rest)
            case "audit":
                return self._audit(request, rest)
            case "clock":
                return self._clock(request, rest, now)
            case "faults":
                return self._faults(request, rest, now)
            case "chance":
                return self._chance(request, rest)
            case _:
                raise _nothing(request)

    def _counters(self, request: Request, rest: list[str]) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                return {"counts": [asdict(count) for count in self.azure.counts()]}
            case "DELETE", []:
                self.azure.reset_counts()
                return {"counts": []}
            case _:
                raise _nothing(request)

    def _audit(self, request: Request, rest: list[str]) -> dict[str, Any]:
        if (request.method, rest) != ("GET", []):
            raise _nothing(request)
        vault = request.parameter("vault")
        records = [record for record in self.azure.audit if vault in ("", record.vault)][-SHOWN_RECORDS:]
        return {"records": [{**asdict(each), "time": each.time.isoformat()} for each in records]}

    def _clock(self, request: Request, rest: list[str], now: datetime) -> dict[str, Any]:
        match request.method, rest:
            case "GET", []:
                pass
            case "POST", ["advance"]:
                wanted = documents.read(request.body, ("seconds",))
                by = timedelta(seconds=documents.number(wanted, "seconds", least=0.0, most=MAX_ADVANCE_SECONDS))
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

    def _chance(self, request: Request, rest: list[str]) -> dict[str, Any]:
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
