"""What to do about the workloads of one namespace. Pure, total, level-based: what was seen stands in the workloads.

1. A workload without marks, or with marks of another origin, gets marks of what is there now, and does not roll.
2. A source that has no mark yet gets one, and rolls nothing: pods that need it wait for it by themselves.
3. A source that is gone, or cannot be read, keeps its mark, so that its return with another content is a change.
4. A source whose mark differs from the one written down is a change. All changes of a workload are one restart.
5. A restart waits while the budget of its namespace is used up by restarts under way, whoever asked for them, and
   while its own last restart is under way, for a minute at most: the value it started with may be the broken one.
6. A workload whose restart is refused does not keep its place: the others go on without it.
7. A restart that takes longer than `DEADLINE` holds nobody up any longer.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from keyferry.restart.state import (
    Action,
    Hold,
    Known,
    Mark,
    Observed,
    Plan,
    Reading,
    Restart,
    Seen,
    Source,
    Tell,
    Terms,
    Workload,
)

DEADLINE: Final = timedelta(minutes=10)  # a Deployment's own, by default
PAUSE: Final = timedelta(minutes=1)  # between two restarts of one workload that does not get ready
NAMED: Final = 8  # sources in one event

RESTARTED: Final = "Restarted"
WAITS: Final = "RestartWaits"
NEEDED: Final = "RestartNeeded"
NOT_UNDERSTOOD: Final = "RestartNotUnderstood"

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A workload with a change."""

    observed: Observed
    seen: Seen
    changed: tuple[Source, ...]

    @property
    def workload(self) -> Workload:
        return self.observed.workload


def plan(namespace: Iterable[Observed], budget: int, now: datetime, refused: Container[str] = ()) -> Plan:
    """Return what to do in a namespace.

    Of the workloads with the uids `refused` nothing is written: a write of this look was refused, and others go on.
    """
    everything = tuple(namespace)
    actions: list[Action] = []
    due: list[_Candidate] = []
    for observed in everything:
        actions += _notes(observed.workload)
        candidate = _compared(observed)
        if candidate.changed and observed.workload.rollout.hold in (Hold.NONE, Hold.PAUSED):
            due.append(candidate)
        elif observed.workload.uid not in refused:
            actions += _marked(candidate)
    ready, held = _parted(due, now, refused)
    slots = budget - sum(_is_rolling(each.workload, now) for each in everything)
    going = [each for each in ready if _is_rolling(each.workload, now)]  # they hold their slot already
    others = [each for each in ready if not _is_rolling(each.workload, now)]
    going += others[: max(0, slots)]
    actions += [_restarted(each, now) for each in going]
    for each in held:
        actions += _told(each)
    return Plan(actions=tuple(actions), waiting=len(due) - len(going), again_after=_again(everything, due, going, now))


def _compared(observed: Observed) -> _Candidate:
    """Compare what is with what was seen."""
    old = observed.workload.seen
    before: Mapping[Source, str] = {} if old is None or old.origin != observed.origin else old.marks
    marks = {}
    for source, terms in observed.workload.watched.items():
        mark = _mark(source, terms, observed.readings[source], before)
        if mark is not None:
            marks[source] = mark
    changed = tuple(sorted(source for source, mark in marks.items() if before.get(source, mark) != mark))
    return _Candidate(observed=observed, seen=Seen(origin=observed.origin, marks=marks), changed=changed)


def _mark(source: Source, terms: Terms, reading: Reading, before: Mapping[Source, str]) -> str | None:
    if not isinstance(reading, Known):
        return before.get(source)
    is_counted = terms is Terms.ALWAYS or (
        not reading.is_ignored and (terms is Terms.UNLESS_IGNORED or reading.is_matched)
    )
    return reading.mark if is_counted else None


def _marked(candidate: _Candidate) -> list[Action]:
    """Write down what is there where that differs; where a person must act, say so."""
    workload = candidate.workload
    if candidate.seen == workload.seen:
        return []
    then = None
    if candidate.changed and workload.rollout.hold is Hold.BY_HAND:
        message = f"{_names(candidate)} changed, and the update strategy is OnDelete: delete the pods to restart them"
        then = Tell(workload=workload, reason=NEEDED, message=message, warning=True)
    return [Mark(workload=workload, seen=candidate.seen, then=then)]


def _restarted(candidate: _Candidate, now: datetime) -> Restart:
    message = f"rolls because {_names(candidate)} changed"
    then = Tell(workload=candidate.workload, reason=RESTARTED, message=message)
    return Restart(workload=candidate.workload, seen=candidate.seen, at=now, then=then)


def _told(candidate: _Candidate) -> list[Action]:
    """Say that a paused workload waits; who waits for others says so by a metric."""
    workload = candidate.workload
    if workload.rollout.hold is not Hold.PAUSED:
        return []
    message = f"{_names(candidate)} changed; the rollout is paused, and will restart once it is resumed"
    return [Tell(workload=workload, reason=WAITS, message=message, once=True)]


def _notes(workload: Workload) -> list[Action]:
    return [
        Tell(workload=workload, reason=NOT_UNDERSTOOD, message=note, warning=True, once=True) for note in workload.notes
    ]


def _parted(due: list[_Candidate], now: datetime, refused: Container[str]) -> tuple[list[_Candidate], list[_Candidate]]:
    """Return who may roll, the longest at rest first, and who is held up by itself."""
    ready: list[_Candidate] = []
    held: list[_Candidate] = []
    for each in due:
        is_held = _is_held(each.workload, now) or each.workload.uid in refused
        (held if is_held else ready).append(each)
    return sorted(ready, key=_rest), held


def _rest(candidate: _Candidate) -> tuple[datetime, str]:
    return candidate.workload.rollout.restarted_at or _NEVER, str(candidate.workload)


def _is_held(workload: Workload, now: datetime) -> bool:
    return workload.rollout.hold is Hold.PAUSED or _is_within(workload, PAUSE, now)


def _is_rolling(workload: Workload, now: datetime) -> bool:
    return workload.rollout.hold is Hold.NONE and _is_within(workload, DEADLINE, now)


def _is_within(workload: Workload, time: timedelta, now: datetime) -> bool:
    """Whether a restart is under way that began less than `time` ago. One in the future is a clock's error."""
    at = workload.rollout.restarted_at
    return workload.rollout.is_moving and at is not None and abs(now - at) < time


def _again(
    everything: tuple[Observed, ...], due: list[_Candidate], going: list[_Candidate], now: datetime
) -> timedelta | None:
    """Return when time alone may let somebody go on, None where nobody waits for that."""
    if len(due) == len(going):
        return None
    waits = [
        limit - abs(now - (each.workload.rollout.restarted_at or now))
        for each in everything
        for limit in (PAUSE, DEADLINE)
        if _is_within(each.workload, limit, now)
    ]
    return min(waits, default=None) or (DEADLINE if going else None)


def _names(candidate: _Candidate) -> str:
    """Return what changed in words: `Secret db (kv-prod/db-password/4387…)`."""
    named = [_name(source, candidate.observed.readings[source]) for source in candidate.changed[:NAMED]]
    more = len(candidate.changed) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _name(source: Source, reading: Reading) -> str:
    versions = reading.versions if isinstance(reading, Known) else ""
    return f"{_KINDS[source.kind]} {source.name}" + (f" ({versions})" if versions else "")


_KINDS: Final = {"secret": "Secret", "class": "SecretProviderClass"}
