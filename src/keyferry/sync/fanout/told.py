"""What a status says, from a plan and what came of it. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from keyferry.kube.errors import Conflict
from keyferry.model.errors import NotFound, SpecError, foreign
from keyferry.spec import conditions, fanout_status
from keyferry.spec.conditions import Condition
from keyferry.spec.fanout import Fanout
from keyferry.spec.fanout_status import FailedNamespace, FanoutStatus
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import Failures, Plan, WatchedFanout

SYNCED: Final = "Synced"
ERRORED: Final = "Errored"
NAMED: Final = 3  # namespaces that the message names; failedNamespaces has them all


def of_pass(
    kind: Kind, watched: WatchedFanout, wanted: Fanout, made: Plan, failures: Failures, now: datetime
) -> FanoutStatus:
    """Return the status after the writes of `made`, some of which failed."""
    reasons = dict(made.foreign) | {name: str(error) for name, error in failures.items() if counts(error)}
    failed = tuple(FailedNamespace(namespace=name, reason=reasons[name]) for name in sorted(reasons))
    ready = conditions.ready(
        is_ready=not failed,
        reason=ERRORED if failed else SYNCED,
        message=_message(kind, wanted, made, failed),
    )
    return FanoutStatus(
        child_name=wanted.child_name,
        failed=failed,
        provisioned=tuple(name for name in made.wanted if name not in reasons),
        ready=_dated(kind, watched, ready, now),
    )


def of_invalid(kind: Kind, watched: WatchedFanout, problem: SpecError, now: datetime) -> FanoutStatus:
    """Return the status of an object that cannot be understood: what was done before stands."""
    ready = conditions.ready(is_ready=False, reason=ERRORED, message=str(problem))
    return replace(watched.status, ready=_dated(kind, watched, ready, now))


def counts(error: Exception) -> bool:
    """Tell whether a failed write leaves a namespace without its child: a race leaves nobody without for long.

    One that is gone has no namespace to be in, and one that changed is there.
    """
    return not isinstance(error, Conflict | NotFound)


def _message(kind: Kind, wanted: Fanout, made: Plan, failed: tuple[FailedNamespace, ...]) -> str:
    child = f"{kind.children.kind} {wanted.child_name}"
    if not made.wanted:
        return f"no namespace fits, so there is no {child}"
    if not failed:
        return f"{child} is in all {len(made.wanted)} namespaces"
    named = ", ".join(each.namespace for each in failed[:NAMED]) + (", …" if len(failed) > NAMED else "")
    return (
        f"{child} is not in {len(failed)} of {len(made.wanted)} namespaces ({named}). "
        f"To mend it: status.failedNamespaces says why; of {failed[0].namespace}: {foreign(failed[0].reason)}"
    )


def _dated(kind: Kind, watched: WatchedFanout, ready: Condition, now: datetime) -> Condition:
    """Give the condition its time; where the kind's schema has neither time nor reason, leave out both."""
    if not fanout_status.has_reasons(kind.spec):
        return replace(ready, reason="")
    before = () if watched.status.ready is None else (watched.status.ready,)
    return conditions.with_condition(before, ready, now)[0]
