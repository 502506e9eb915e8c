"""What goes wrong in the lab, set at run time: a rule for each service, and one deciding function."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from keyferry.lab.world.http import Request


class Service(StrEnum):
    """The services that can have a fault. `ISSUER` is the cluster's issuer as Entra sees it."""

    ENTRA = "entra"
    VAULT = "vault"
    ARM = "arm"
    ISSUER = "issuer"


class Kind(StrEnum):
    """How a request fails, beside being slow."""

    NONE = "none"  # it does not: the rule is about latency
    STATUS = "status"  # an error answer, in the service's own shape
    RESET = "reset"  # the connection is reset without an answer
    STALL = "stall"  # the head of the answer comes, its body never does


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one request. `status` and `retry_after` belong to `Kind.STATUS`."""

    kind: Kind = Kind.NONE
    latency: timedelta = timedelta(0)
    status: int = 0
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A fault, the requests that it meets, and for how many of them.

    `remaining` is the number of requests that still fail, None for "until cleared". Latency stays until cleared.
    `host` and `path` narrow the rule: the whole host, the beginning of the path; "" meets all.
    """

    fault: Fault
    remaining: int | None = None
    host: str = ""
    path: str = ""

    def meets(self, request: Request) -> bool:
        """Tell whether the rule is about this request."""
        return self.host in ("", request.host) and request.path.startswith(self.path)


FINE: Final = Fault()


class Faults:
    """The rules in force, at most one for each service. The same requests in the same order meet the same faults."""

    def __init__(self) -> None:
        self._rules: dict[Service, Rule] = {}

    @property
    def rules(self) -> dict[Service, Rule]:
        """A copy of the rules in force."""
        return dict(self._rules)

    def put(self, service: Service, rule: Rule) -> None:
        """Let `rule` take the place of the service's rule."""
        self._rules[service] = rule

    def clear(self, service: Service | None = None) -> None:
        """Forget the rule of one service, or of all."""
        if service is None:
            self._rules.clear()
        else:
            self._rules.pop(service, None)

    def decide(self, service: Service, request: Request) -> Fault:
        """Return what happens to `request`, and count it where the rule is for so many requests."""
        rule = self._rules.get(service)
        if rule is None or not rule.meets(request):
            return FINE
        if rule.remaining is None or rule.fault.kind is Kind.NONE:
            return rule.fault
        if rule.remaining <= 0:
            return Fault(latency=rule.fault.latency)
        self._rules[service] = replace(rule, remaining=rule.remaining - 1)
        return rule.fault
