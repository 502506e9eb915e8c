"""What goes wrong in the lab, set at run time: rules for each service, and two deciding functions."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keyferry.lab.world.chance import Chance
from keyferry.lab.world.http import Request


class Service(StrEnum):
    """The services that can have a fault. `ISSUER` is an OIDC issuer as Entra sees it, `EVENTS` who hears of events."""

    ENTRA = "entra"
    VAULT = "vault"
    ARM = "arm"
    ISSUER = "issuer"
    IMDS = "imds"
    EVENTS = "events"
    REGISTRY = "registry"


class Kind(StrEnum):
    """How a request fails, beside being slow. All but `STATUS` and `RESET` have done what was asked by then."""

    NONE = "none"  # it does not: the rule is about latency or the clock
    STATUS = "status"  # an error answer, in the service's own shape
    RESET = "reset"  # the connection is reset without an answer
    STALL = "stall"  # the head of the answer comes, its body never does
    STALL_MIDWAY = "stall-midway"  # half of the body comes, the rest never does
    CUT = "cut"  # the connection ends after half of the body
    GARBAGE = "garbage"  # the answer says JSON, and is none
    CERTIFICATE = "certificate"  # TLS fails: the certificate has a flaw


class Flaw(StrEnum):
    """What is wrong with a certificate."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one request.

    `status` and `retry_after` belong to `Kind.STATUS`; `retry_after_date` has it told as an HTTP date. `flaw` belongs
    to `Kind.CERTIFICATE`. `skew` is how far the service believes to be ahead, or behind when it is negative.
    """

    kind: Kind = Kind.NONE
    latency: timedelta = timedelta(0)
    skew: timedelta = timedelta(0)
    status: int = 0
    retry_after: timedelta | None = None
    retry_after_date: bool = False
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A fault, the requests that it meets, and for how many of them and how long.

    `remaining` is the number of requests that it still meets, None for "until cleared"; from `until` on, by the lab's
    clock, it meets none. `rate` is the probability with which it meets one, `jitter` the most that chance adds to the
    latency. `host`, `path` and `method` narrow the rule: the whole host, the beginning of the path, the whole method;
    "" meets all. A flaw of the certificate knows the host alone, and counts handshakes.
    """

    fault: Fault
    remaining: int | None = None
    until: datetime | None = None
    rate: float = 1.0
    jitter: timedelta = timedelta(0)
    host: str = ""
    path: str = ""
    method: str = ""

    def meets(self, request: Request) -> bool:
        """Tell whether the rule is about this request."""
        return (
            self.host in ("", request.host)
            and self.method in ("", request.method)
            and request.path.startswith(self.path)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A rule in force, by its number."""

    id: int
    service: Service
    rule: Rule


FINE: Final = Fault()
WITHOUT_HANDSHAKE: Final = frozenset({Service.ISSUER, Service.EVENTS})  # the lab is the client there


class Faults:
    """The rules in force. The same requests in the same order meet the same faults, chance included."""

    def __init__(self, chance: Chance | None = None) -> None:
        self.chance = chance or Chance(0)
        self._held: dict[int, Held] = {}
        self._last = 0

    def rules(self, now: datetime) -> tuple[Held, ...]:
        """Return the rules in force, the oldest first."""
        for held in tuple(self._held.values()):
            if held.rule.until is not None and held.rule.until <= now:
                del self._held[held.id]
        return tuple(self._held.values())

    def add(self, service: Service, rule: Rule) -> int:
        """Let `rule` hold besides the others of the service; return its number."""
        self._last += 1
        self._held[self._last] = Held(id=self._last, service=service, rule=rule)
        return self._last

    def put(self, service: Service, rule: Rule) -> None:
        """Let `rule` take the place of all of the service's rules."""
        self.clear(service)
        self.add(service, rule)

    def remove(self, number: int) -> bool:
        """Forget one rule; tell whether it was there."""
        return self._held.pop(number, None) is not None

    def clear(self, service: Service | None = None) -> None:
        """Forget the rules of one service, or of all."""
        for held in tuple(self._held.values()):
            if service in (None, held.service):
                del self._held[held.id]

    def decide(self, service: Service, request: Request, now: datetime) -> Fault:
        """Return what happens to `request`, and count it where a rule is for so many requests.

        Latencies and skews of all rules that meet it add up; the oldest rule that has it fail says how.
        """
        decided = FINE
        for held in self.rules(now):
            fault = held.rule.fault
            if fault.kind is Kind.CERTIFICATE and service not in WITHOUT_HANDSHAKE:
                continue
            if held.service is not service or not held.rule.meets(request):
                continue
            if fault.kind is not Kind.NONE and decided.kind is not Kind.NONE:
                continue
            if self._strikes(held):
                decided = _joined(decided, fault, held.rule.jitter * self.chance.next() if held.rule.jitter else None)
        return decided

    def flaw(self, service: Service, host: str, now: datetime) -> Flaw | None:
        """Return what is wrong with the certificate that a handshake for `host` gets, and count it."""
        for held in self.rules(now):
            wanted = held.service is service and held.rule.host in ("", host)
            if held.rule.fault.kind is Kind.CERTIFICATE and wanted and self._strikes(held):
                return held.rule.fault.flaw
        return None

    def _strikes(self, held: Held) -> bool:
        """Ask chance, and count; a rule that has met all its requests is gone."""
        rule = held.rule
        if rule.rate < 1.0 and self.chance.next() >= rule.rate:
            return False
        if rule.remaining is not None:
            if rule.remaining <= 1:
                del self._held[held.id]
            else:
                self._held[held.id] = replace(held, rule=replace(rule, remaining=rule.remaining - 1))
        return True


def _joined(one: Fault, other: Fault, jitter: timedelta | None) -> Fault:
    failing = one if one.kind is not Kind.NONE else other
    return replace(
        failing,
        latency=one.latency + other.latency + (jitter or timedelta(0)),
        skew=one.skew + other.skew,
    )
