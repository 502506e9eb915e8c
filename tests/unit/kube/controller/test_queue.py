from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from keyferry.kube.controller.queue import NEW, REFRESH, WorkQueue


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_key_is_handed_out_once_however_often_it_is_added() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for _ in range(3):
        queue.add("a", 0.0)
    assert (queue.take(0.0), queue.take(0.0)) == ("a", None)


def test_a_key_added_while_processed_is_handed_out_again_afterwards() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0)
    queue.take(0.0)
    queue.add("a", 1.0)
    assert queue.take(1.0) is None
    queue.done("a", 2.0)
    assert queue.take(2.0) == "a"


def test_an_earlier_instant_wins() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0, after=seconds(60))
    queue.add("a", 0.0, after=seconds(10))
    queue.add("a", 0.0, after=seconds(30))
    assert queue.next_at() == 10.0
    assert (queue.take(9.9), queue.take(10.0), queue.take(100.0)) == (None, "a", None)


def test_a_change_does_not_wait_for_the_refresh() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0, after=seconds(3600), priority=REFRESH)
    queue.add("a", 1.0)
    assert queue.take(1.0) == "a"
    queue.done("a", 1.0)
    assert (queue.take(5000.0), queue.next_at(), len(queue)) == (None, None, 0)


def test_new_objects_go_before_refreshes_and_each_in_order() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("r1", 0.0, priority=REFRESH)
    queue.add("r2", 0.0, priority=REFRESH)
    queue.add("n1", 0.0)
    queue.add("n2", 0.0)
    queue.add("r2", 0.0, priority=NEW)
    assert [queue.take(0.0) for _ in range(5)] == ["n1", "n2", "r2", "r1", None]


def test_a_delayed_key_becomes_urgent_without_becoming_later() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0, after=seconds(5), priority=REFRESH)
    queue.add("a", 0.0, after=seconds(50), priority=NEW)
    queue.add("b", 0.0, after=seconds(1), priority=REFRESH)
    assert [queue.take(5.0), queue.take(5.0)] == ["a", "b"]


def test_a_negative_delay_is_none() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0, after=seconds(-5))
    assert queue.take(0.0) == "a"


def test_closed_without_draining_hands_out_nothing() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a", 0.0)
    queue.add("b", 0.0)
    queue.take(0.0)
    queue.close()
    queue.add("c", 0.0)
    assert (queue.take(0.0), queue.is_closed, queue.is_drained) == (None, True, False)
    queue.done("a", 0.0)
    assert queue.is_drained


def test_draining_hands_out_what_was_ready() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("ready", 0.0)
    queue.add("delayed", 0.0, after=seconds(5))
    queue.close(drain=True)
    assert [queue.take(9.0), queue.take(9.0)] == ["ready", None]
    queue.done("ready", 9.0)
    assert queue.is_drained


def test_memory_stays_in_proportion_to_the_keys() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for step in range(5000):
        queue.add("a", float(step), after=seconds(100_000 - 3 * step))
        queue.add("b", float(step), priority=5000 - step)
    queue.add("a", 5000.0, priority=-1)
    assert len(queue._delayed) + len(queue._ready) < 200
    assert queue.take(5000.0) == "a"


class AgainstAModel(RuleBasedStateMachine):
    """The model: for each key when it is due and how urgent, and whether somebody works on it."""

    keys = st.sampled_from("abcde")

    def __init__(self) -> None:
        super().__init__()
        self.queue: WorkQueue[str] = WorkQueue()
        self.now = 0.0
        self.due: dict[str, tuple[float, int]] = {}
        self.working: set[str] = set()
        self.closed = False

    @rule(key=keys, delay=st.integers(0, 5), priority=st.sampled_from([NEW, REFRESH]))
    def add(self, key: str, delay: int, priority: int) -> None:
        self.queue.add(key, self.now, after=seconds(delay), priority=priority)
        if self.closed:
            return
        at, urgency = self.due.get(key, (self.now + delay, priority))
        self.due[key] = (min(at, self.now + delay), min(urgency, priority))

    @rule(step=st.integers(1, 4))
    def time_passes(self, step: int) -> None:
        self.now += step

    @rule()
    def take(self) -> None:
        ready = {key: due for key, due in self.due.items() if due[0] <= self.now and key not in self.working}
        key = self.queue.take(self.now)
        if not ready:
            assert key is None
            return
        assert key in ready
        assert ready[key][1] == min(priority for _, priority in ready.values())
        del self.due[key]
        self.working.add(key)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.working)))
        self.queue.done(key, self.now)
        self.working.discard(key)

    @precondition(lambda self: not self.closed and not self.due)
    @rule()
    def close(self) -> None:
        self.queue.close()
        self.closed = True

    @invariant()
    def counts_agree(self) -> None:
        assert len(self.queue) == len(self.due)
        assert self.queue.processing_count == len(self.working)
        assert self.queue.ready_count <= len(self.due)
        assert self.queue.is_drained == (self.closed and not self.due and not self.working)

    @invariant()
    def the_timer_is_never_late(self) -> None:
        waiting = [at for key, (at, _) in self.due.items() if key not in self.working and at > self.now]
        at = self.queue.next_at()
        assert not waiting or (at is not None and at <= min(waiting))


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
