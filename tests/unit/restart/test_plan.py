"""What is done about the workloads of a namespace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire.objects import Key
from keyferry.restart.kinds import DEPLOYMENTS
from keyferry.restart.plan import DEADLINE, NAMED, PAUSE, plan
from keyferry.restart.state import (
    Absent,
    Hold,
    Known,
    Mark,
    Observed,
    Plan,
    Reading,
    Restart,
    Rollout,
    Seen,
    Source,
    SourceKind,
    Tell,
    Terms,
    Unsettled,
    Workload,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DB = Source(SourceKind.SECRET, "db")
KV = Source(SourceKind.CLASS, "kv")
ID = "id"
LATER = timedelta(seconds=30)


def workload(name: str = "web", marks: Mapping[Source, str] | None = None, **changes: object) -> Workload:
    """A workload at rest that has seen version 1 of `db`."""
    made = Workload(
        resource=DEPLOYMENTS,
        key=Key(namespace="app", name=name),
        uid=f"uid-{name}",
        resource_version="1",
        watched={DB: Terms.ALWAYS},
        seen=Seen(origin=ID, marks={DB: "1"} if marks is None else marks),
        rollout=Rollout(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the table gives fields by name


def looked(made: Workload | None = None, mark: str = "2", **readings: Reading) -> Observed:
    """What was observed of it: `db` at version 2."""
    return Observed(workload=made or workload(), origin=ID, readings={DB: Known(mark=mark)} | _of(readings))


def _of(readings: Mapping[str, Reading]) -> dict[Source, Reading]:
    return {{"db": DB, "kv": KV}[name]: reading for name, reading in readings.items()}


def rolling(since: timedelta = timedelta(seconds=5), hold: Hold = Hold.NONE) -> Rollout:
    return Rollout(is_moving=True, restarted_at=NOW - since, hold=hold)


def planned(*observed: Observed, budget: int = 2) -> Plan:
    return plan(observed, budget, NOW)


def done(made: Plan) -> list[str]:
    return [f"{type(action).__name__} {action.workload.key.name}" for action in made.actions]


@pytest.mark.parametrize(
    ("observed", "expected", "marks"),
    [
        pytest.param(looked(mark="1"), "", None, id="nothing-changed"),
        pytest.param(looked(), "Restart", {DB: "2"}, id="a-change"),
        pytest.param(looked(workload(seen=None)), "Mark", {DB: "2"}, id="first-sight"),
        pytest.param(
            looked(workload(seen=Seen(origin="old", marks={DB: "x"}))), "Mark", {DB: "2"}, id="marks-of-another-origin"
        ),
        pytest.param(looked(workload(marks={})), "Mark", {DB: "2"}, id="appeared-for-the-first-time"),
        pytest.param(looked(workload(marks={DB: "2", KV: "7"})), "Mark", {DB: "2"}, id="watched-no-longer"),
        pytest.param(looked(db=Absent()), "", None, id="gone-keeps-its-mark"),
        pytest.param(looked(db=Unsettled()), "", None, id="unreadable-keeps-its-mark"),
        pytest.param(looked(workload(marks={}), db=Absent()), "", None, id="never-there"),
        pytest.param(
            looked(workload(watched={DB: Terms.ALWAYS, KV: Terms.ALWAYS}), kv=Known(mark="7")),
            "Restart",
            {DB: "2", KV: "7"},
            id="one-changed-one-is-new",
        ),
        pytest.param(looked(workload(rollout=Rollout(hold=Hold.EMPTY))), "Mark", {DB: "2"}, id="no-pods-no-roll"),
        pytest.param(looked(workload(rollout=Rollout(hold=Hold.BY_HAND))), "Mark", {DB: "2"}, id="on-delete"),
    ],
)
def test_one_workload(observed: Observed, expected: str, marks: Mapping[Source, str] | None) -> None:
    made = planned(observed)
    assert done(made) == ([f"{expected} web"] if expected else [])
    assert (made.waiting, made.again_after) == (0, None)
    for action in made.actions:
        assert isinstance(action, Mark | Restart)
        assert action.seen == Seen(origin=ID, marks=marks or {})


@pytest.mark.parametrize(
    ("terms", "matched", "ignored", "expected"),
    [
        pytest.param(Terms.ALWAYS, False, True, ["Restart web"], id="ours-whatever-the-secret-says"),
        pytest.param(Terms.UNLESS_IGNORED, False, False, ["Restart web"], id="reloaders"),
        pytest.param(Terms.UNLESS_IGNORED, False, True, ["Mark web"], id="ignored"),
        pytest.param(Terms.IF_MATCHED, False, False, ["Mark web"], id="not-matched"),
        pytest.param(Terms.IF_MATCHED, True, False, ["Restart web"], id="matched"),
        pytest.param(Terms.IF_MATCHED, True, True, ["Mark web"], id="matched-and-ignored"),
    ],
)
def test_the_terms_of_a_source(terms: Terms, matched: bool, ignored: bool, expected: list[str]) -> None:
    known = Known(mark="2", is_matched=matched, is_ignored=ignored)
    assert done(planned(looked(workload(watched={DB: terms}), db=known))) == expected


def test_a_restart_says_what_changed_and_never_a_value() -> None:
    known = Known(mark="2", versions="kv-prod/db-password/4387")
    watching = workload(watched={DB: Terms.ALWAYS, KV: Terms.ALWAYS}, marks={DB: "1", KV: "1"})
    (restart,) = planned(looked(watching, db=known, kv=Known(mark="2"))).actions
    assert isinstance(restart, Restart)
    expected = "rolls because SecretProviderClass kv, Secret db (kv-prod/db-password/4387) changed"
    assert (restart.at, restart.then.reason, restart.then.message) == (NOW, "Restarted", expected)
    assert not restart.then.warning


def test_a_crowd_of_sources_is_cut() -> None:
    sources = [Source(SourceKind.SECRET, f"s{number}") for number in range(NAMED + 3)]
    crowded = workload(watched=dict.fromkeys(sources, Terms.ALWAYS), marks=dict.fromkeys(sources, "1"))
    observed = Observed(workload=crowded, origin=ID, readings=dict.fromkeys(sources, Known(mark="2")))
    (restart,) = planned(observed).actions
    assert isinstance(restart, Restart)
    assert " and 3 more changed" in restart.then.message


def test_who_must_delete_pods_by_hand_is_told_once_for_each_change() -> None:
    (mark,) = planned(looked(workload(rollout=Rollout(hold=Hold.BY_HAND)))).actions
    assert isinstance(mark, Mark)
    assert mark.then is not None
    assert (mark.then.reason, mark.then.warning) == ("RestartNeeded", True)
    assert "OnDelete" in mark.then.message


def test_a_paused_workload_waits_and_says_so() -> None:
    made = planned(looked(workload(rollout=Rollout(hold=Hold.PAUSED))))
    (told,) = made.actions
    assert isinstance(told, Tell)
    assert (told.reason, told.once, made.waiting, made.again_after) == ("RestartWaits", True, 1, None)


def test_what_is_not_understood_is_told_beside_everything_else() -> None:
    made = planned(looked(workload(notes=("this does nothing",))))
    assert done(made) == ["Tell web", "Restart web"]
    assert isinstance(made.actions[0], Tell)
    assert (made.actions[0].message, made.actions[0].warning, made.actions[0].once) == ("this does nothing", True, True)


@pytest.mark.parametrize(
    ("others", "expected", "waiting", "again"),
    [
        pytest.param([], ["Restart a", "Restart b"], 1, DEADLINE, id="as-many-as-the-budget"),
        pytest.param([rolling()], ["Restart a"], 2, PAUSE - timedelta(seconds=5), id="one-rolls-already"),
        pytest.param([rolling(), rolling(PAUSE)], [], 3, PAUSE - timedelta(seconds=5), id="budget-used-up"),
        pytest.param([rolling(PAUSE)] * 3, [], 3, DEADLINE - PAUSE, id="more-than-the-budget"),
        pytest.param([rolling(DEADLINE)] * 2, ["Restart a", "Restart b"], 1, DEADLINE, id="the-stuck-hold-nobody-up"),
        pytest.param(
            [rolling(-DEADLINE)] * 2, ["Restart a", "Restart b"], 1, DEADLINE, id="restarts-in-the-future-are-errors"
        ),
        pytest.param([rolling(hold=Hold.PAUSED)] * 2, ["Restart a", "Restart b"], 1, None, id="the-paused-do-not-roll"),
        pytest.param(
            [Rollout(is_moving=True)] * 2, ["Restart a", "Restart b"], 1, DEADLINE, id="a-deploy-is-no-restart"
        ),
    ],
)
def test_the_budget_of_a_namespace(
    others: list[Rollout], expected: list[str], waiting: int, again: timedelta | None
) -> None:
    busy = [looked(workload(f"busy-{number}", rollout=state), mark="1") for number, state in enumerate(others)]
    made = planned(*busy, *(looked(workload(name)) for name in "abc"))
    assert (done(made), made.waiting) == (expected, waiting)
    assert made.again_after == again or again is None


def test_what_was_refused_is_not_written_again_and_holds_no_place() -> None:
    observed = (looked(workload("a")), looked(workload("b", seen=None)), looked(workload("c")), looked(workload("d")))
    made = plan(observed, 1, NOW, refused={"uid-a", "uid-b"})
    assert (done(made), made.waiting) == (["Restart c"], 2)


def test_the_longest_at_rest_goes_first() -> None:
    states = {"a": NOW - timedelta(hours=1), "b": None, "c": NOW - timedelta(hours=2)}
    made = planned(*(looked(workload(name, rollout=Rollout(restarted_at=at))) for name, at in states.items()), budget=2)
    assert done(made) == ["Restart b", "Restart c"]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(timedelta(seconds=5), [], id="at-first-it-waits"),
        pytest.param(PAUSE, ["Restart web"], id="then-it-may-need-the-new-value-to-get-ready"),
    ],
)
def test_a_change_while_the_last_restart_is_under_way(since: timedelta, expected: list[str]) -> None:
    full = looked(workload("busy", rollout=rolling()), mark="1")
    made = planned(looked(workload(rollout=rolling(since))), full)
    assert done(made) == expected, "it holds its slot of the budget already"
    assert made.again_after == (None if expected else PAUSE - since)


MARKS = st.sampled_from(["1", "2"])
READINGS = st.one_of(st.builds(Known, mark=MARKS), st.just(Absent()), st.just(Unsettled()))
ROLLOUTS = st.builds(
    Rollout,
    is_moving=st.booleans(),
    restarted_at=st.one_of(st.none(), st.integers(0, 1200).map(lambda ago: NOW - timedelta(seconds=ago))),
    hold=st.sampled_from(Hold),
)
SEEN = st.one_of(
    st.none(), st.builds(Seen, origin=st.sampled_from([ID, "old"]), marks=st.dictionaries(st.just(DB), MARKS))
)


@given(st.lists(st.tuples(ROLLOUTS, SEEN, READINGS), max_size=6), st.integers(1, 3))
def test_a_plan_that_was_carried_out_leaves_nothing_to_do_and_keeps_the_budget(
    states: list[tuple[Rollout, Seen | None, Reading]], budget: int
) -> None:
    observed = [
        looked(workload(f"w{number}", rollout=state, seen=seen), db=reading)
        for number, (state, seen, reading) in enumerate(states)
    ]
    rolls = sum(each.workload.rollout.hold is Hold.NONE and _rolls(each.workload.rollout) for each in observed)
    first = plan(observed, budget, NOW)
    begun = [each for each in first.actions if isinstance(each, Restart) and not _rolls(each.workload.rollout)]
    assert rolls + len(begun) <= max(budget, rolls)
    written = {each.workload.key: each for each in first.actions if isinstance(each, Mark | Restart)}
    after = [replace(each, workload=_written(each.workload, written.get(each.workload.key))) for each in observed]
    second = plan(after, budget, NOW)
    assert [each for each in second.actions if not isinstance(each, Tell)] == []
    assert second.waiting == first.waiting


class Cluster:
    """Workloads of a namespace, one Secret that all of them watch, and rollouts that finish when told."""

    def __init__(self, size: int, budget: int) -> None:
        self.budget = budget
        self.now = NOW
        self.version = 1
        self.workloads = {name: workload(name) for name in map(str, range(size))}
        self.restarts = dict.fromkeys(self.workloads, 0)

    def look(self) -> None:
        """Let the operator look, perhaps another process than before: it remembers nothing."""
        known = Known(mark=str(self.version))
        made = plan([looked(each, db=known) for each in self.workloads.values()], self.budget, self.now)
        for action in made.actions:
            assert isinstance(action, Restart)
            name = action.workload.key.name
            state = Rollout(is_moving=True, restarted_at=self.now)
            self.workloads[name] = replace(self.workloads[name], seen=action.seen, rollout=state)
            self.restarts[name] += 1
        assert sum(each.rollout.is_moving for each in self.workloads.values()) <= self.budget

    def step(self, step: str) -> None:
        self.now += timedelta(seconds=40 if step == "wait" else 1)
        if step == "look":
            self.look()
        elif step == "change":
            self.version += 1
        elif step in self.workloads:
            self.finish(step)

    def finish(self, name: str) -> None:
        state = replace(self.workloads[name].rollout, is_moving=False)
        self.workloads[name] = replace(self.workloads[name], rollout=state)


STEPS = st.lists(
    st.one_of(st.just("look"), st.just("change"), st.just("wait"), st.integers(0, 4).map(str)), min_size=1, max_size=40
)


@given(STEPS, st.integers(1, 5), st.integers(1, 3))
def test_whatever_happens_nothing_is_lost_twice_done_or_a_storm(steps: list[str], size: int, budget: int) -> None:
    cluster = Cluster(size, budget)
    for step in steps:
        cluster.step(step)
        if cluster.now - NOW > DEADLINE:  # what hangs for longer holds nobody up, and that is another story
            break
    for _ in range(size + 1):
        for name in cluster.workloads:
            cluster.finish(name)
        cluster.look()
    last = Seen(origin=ID, marks={DB: str(cluster.version)})
    assert all(each.seen == last for each in cluster.workloads.values())
    assert all(count <= cluster.version - 1 for count in cluster.restarts.values())


def _rolls(state: Rollout) -> bool:
    return state.is_moving and state.restarted_at is not None and NOW - state.restarted_at < DEADLINE


def _written(made: Workload, action: Mark | Restart | None) -> Workload:
    if action is None:
        return made
    state = rolling(timedelta()) if isinstance(action, Restart) else made.rollout
    return replace(made, seen=action.seen, rollout=state)
