"""Any order of kubelet's calls, looks, mishaps and restarts: a pod sees one whole set of its own values, or nothing is
left of it; and once all is well again, it sees the newest.
"""

import asyncio
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from keyferry.mount.questions import GivenUp
from keyferry.spec.secret_provider_class import AZURE
from tests.fakes.fate import BUG, CRASH, FAILURES, Fate
from tests.fakes.node_life import INTERVAL, Cloud, Node, Pod, bounded, cancelled_after, destroy, visible
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient
from tests.fakes.volumes import kernel_that_mounts, unmount_all

PODS = (Pod("csi-1", "web", "azure"), Pod("csi-2", "web", "azure"), Pod("csi-3", "api", "vendor"))
NUMBERS = st.integers(0, len(PODS) - 1)
CLASSES = {"azure": AZURE, "vendor": "vendor"}
OBJECTS = st.sampled_from(["a", "ab", "abc", "c"])
JUMPS = st.sampled_from([-600, -10, -1, 1, 10, 600]).map(lambda minutes: timedelta(minutes=minutes))
KINDS = st.sampled_from(["publish", "unpublish", "look"])


@dataclass(frozen=True, slots=True)
class Call:
    """A call on a pod's volume, which is given up after `patience` turns of the loop, None for never."""

    kind: str
    pod: int
    patience: int | None = None


CALLS = st.lists(st.builds(Call, KINDS, NUMBERS, st.none() | st.integers(0, 30)), min_size=1, max_size=4)
MISHAPS = st.none() | st.tuples(st.sampled_from([*FAILURES, BUG, CRASH, CRASH]), st.integers(0, 40))


class NodeLives(RuleBasedStateMachine):
    """Three pods. Of `published` kubelet was told that they are, and of `gone` that, too, before somebody broke them.

    Of `clean` nothing may be left; of all others something may, until kubelet has unpublished them.
    """

    is_plain = True

    @initialize()
    def begin(self) -> None:
        self.root = Path(mkdtemp())
        self.runner = asyncio.Runner()
        self.fate = Fate()
        self.cloud = Cloud(self.fate, OffsetClock())
        self.published: set[Pod] = set()
        self.gone: set[Pod] = set()
        self.clean: set[Pod] = set(PODS)
        self.seen: dict[Pod, dict[str, int]] = {}
        for name, provider in CLASSES.items():
            self.cloud.define(name, provider, "ab")
        self.runner.run(self._begin_life())

    async def _begin_life(self) -> None:
        self.node = Node(self.cloud, self.root, is_plain=self.is_plain)
        await self.node.start()

    async def _end_life(self) -> None:
        await self.node.volumes.real.aclose()

    @rule(calls=CALLS, mishap=MISHAPS)
    def call(self, calls: list[Call], mishap: tuple[str, int] | None) -> None:
        if mishap is not None:
            self.fate.plan(*mishap)
        failures = self.runner.run(self._all(calls))
        self.was_struck = mishap is not None and self.fate.left < 0
        has_died = self.fate.is_dead
        self.fate.heal()
        for number in {call.pod for call in calls}:
            mine = [(one, failure) for one, failure in zip(calls, failures, strict=True) if one.pod == number]
            self._judge(PODS[number], mine, well=not self.was_struck, died=has_died)
        if has_died:
            self.restart()

    async def _all(self, calls: list[Call]) -> list[BaseException | None]:
        async with patient():
            failures = await asyncio.gather(*(bounded(self._one(call)) for call in calls))
            await self.node.calls.settle()
        return failures

    async def _one(self, call: Call) -> None:
        work = {"publish": self.node.publish, "unpublish": self.node.unpublish, "look": self.node.look}[call.kind]
        if call.patience is None:
            await work(PODS[call.pod])
        else:
            await cancelled_after(call.patience, lambda: work(PODS[call.pod]))

    def _judge(self, pod: Pod, calls: list[tuple[Call, BaseException | None]], *, well: bool, died: bool) -> None:
        """Take in what kubelet knows after its calls."""
        real = [(call, failure) for call, failure in calls if call.kind != "look"]
        if not real:
            return
        kinds = {call.kind for call, _ in real}
        is_sure = not any(call.patience is not None for call, _ in real) and not died
        is_sure = is_sure and (len(kinds) == 1 or len(real) == 2)  # of three, who comes second in turn is open
        works = well and not self.cloud.is_down and pod.class_name in self.cloud.classes
        if is_sure and works:
            assert [failure for _, failure in real if not isinstance(failure, GivenUp | None)] == []
        last, failure = real[-1]
        is_told = is_sure and (failure is None or (kinds == {"publish"} and any(each is None for _, each in real)))
        if "unpublish" in kinds:
            self._forget(pod)
        if last.kind == "publish" and is_told:
            self.published.add(pod)
            self.gone.discard(pod)
            self.clean.discard(pod)
        elif last.kind == "unpublish" and is_told:
            self.clean.add(pod)
        elif pod not in self.published | self.gone and not (is_sure and kinds == {"publish"} and pod in self.clean):
            self.clean.discard(pod)

    def _forget(self, pod: Pod) -> None:
        self.published.discard(pod)
        self.gone.discard(pod)
        self.clean.discard(pod)
        self.seen.pop(pod, None)

    @rule(name=st.sampled_from("abc"))
    def rotate(self, name: str) -> None:
        self.cloud.numbers[name] += 1

    @rule(name=st.sampled_from(sorted(CLASSES)), objects=OBJECTS)
    def edit(self, name: str, objects: str) -> None:
        self.cloud.define(name, CLASSES[name], objects)

    @rule(name=st.sampled_from(sorted(CLASSES)))
    def delete(self, name: str) -> None:
        self.cloud.classes.pop(name, None)

    @rule()
    def fail_over(self) -> None:
        self.cloud.fail_over()

    @rule()
    def recover(self) -> None:
        self.cloud.is_down = False

    @rule(by=JUMPS)
    def jump(self, by: timedelta) -> None:
        self.cloud.clock.advance(by)

    @rule(number=NUMBERS)
    def destroy(self, number: int) -> None:
        pod = PODS[number]
        destroy(self.root, pod.target(self.root))
        self.seen.pop(pod, None)
        if pod in self.published:
            self.published.discard(pod)
            self.gone.add(pod)

    @rule()
    def restart(self) -> None:
        self.runner.run(self._end_life())
        self.runner.run(self._begin_life())

    @rule(by_kubelet=st.booleans())
    def heal(self, by_kubelet: bool) -> None:
        """All works again; kubelet republishes after an interval, or before it, and everything is looked at."""
        self.cloud.is_down = False
        for name, provider in CLASSES.items():
            if name not in self.cloud.classes:
                self.cloud.define(name, provider, "abc")
        pods = sorted(self.published | self.gone, key=str)
        if by_kubelet:
            self.cloud.clock.advance(INTERVAL)
        self.runner.run(self._again(pods, looks=not by_kubelet))
        for pod in pods:
            assert visible(pod.target(self.root)) == self.cloud.newest(pod)
            assert sorted(self.cloud.told[pod.volume_id]) == sorted(self.cloud.newest(pod).values())
        for pod in set(PODS) - set(pods):
            self.runner.run(self.node.unpublish(pod))
            self._forget(pod)
        self.clean = set(PODS) - set(pods)
        self.published, self.gone = set(pods), set()

    async def _again(self, pods: list[Pod], *, looks: bool) -> None:
        async with patient():
            await asyncio.gather(*(self.node.publish(pod) for pod in pods))
            if looks:
                await asyncio.gather(*(self.node.look(pod) for pod in pods))
            await self.node.told()

    @invariant()
    def a_pod_sees_one_whole_set_and_none_older_than_before(self) -> None:
        for pod in PODS:
            found = visible(pod.target(self.root))
            assert not found or found in self.cloud.given[pod.volume_id]
            if pod in self.published:
                assert found, "a published volume keeps its files"
            self._check_seen(pod, found)

    def _check_seen(self, pod: Pod, found: Mapping[str, str]) -> None:
        numbers = {name: int(text.rpartition("=")[2]) for name, text in found.items()}
        seen = self.seen.setdefault(pod, {})
        assert all(number >= seen.get(name, 0) for name, number in numbers.items()), "no older value takes its place"
        seen.update(numbers)

    @invariant()
    def nothing_is_left_of_what_is_unpublished(self) -> None:
        entries = len(list((self.root / "plugin" / "volumes").iterdir()))
        assert entries <= len(PODS) - len(self.clean)
        for pod in self.clean:
            assert not Path(pod.target(self.root)).exists()
            assert self.node.known.get(pod.volume_id) is None
        accounts = {pod.account for pod in set(PODS) - self.clean}
        assert len(self.node.tokens) <= len(accounts), "tokens go with the last volume of their account"

    @invariant()
    def every_volume_is_looked_at_in_time(self) -> None:
        for volume in self.node.known.all():
            after = self.node.keeper.next_look(volume)
            assert after is None or after <= INTERVAL

    def teardown(self) -> None:
        with closing(self.runner):
            self.runner.run(self._end_life())
        unmount_all(self.root)
        shutil.rmtree(self.root)


class MountedNodeLives(NodeLives):
    """The same on real mounts."""

    is_plain = False


FEW = settings(
    max_examples=20, stateful_step_count=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


def test_plain_directories() -> None:
    run_state_machine_as_test(NodeLives, settings=FEW)


def test_real_mounts() -> None:
    kernel_that_mounts()
    run_state_machine_as_test(MountedNodeLives, settings=FEW)
