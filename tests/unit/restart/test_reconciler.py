"""One look at a namespace."""

import msgspec
import pytest

from keyferry.kube.controller.loop import Again, Done
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError, NotFound, SpecError, Unavailable
from keyferry.restart import reconciler, wire
from keyferry.restart.apply import Applier
from keyferry.restart.key_secret import KeySecret
from keyferry.restart.kinds import DEPLOYMENTS
from keyferry.restart.observe import Observer, empty_caches
from keyferry.restart.reconciler import Reconciler
from keyferry.restart.secret_marks import SecretMarks
from keyferry.restart.settings import Settings
from keyferry.restart.state import Workload
from tests.fakes.kube_api import Fault
from tests.fakes.restart_world import MOVING, RestartWorld, document

APP = Key(name="app")
NAMES = ("a", "b", "c")


class Stage:
    """A reconciler with a budget of one; nothing in its cache moves but by `catch_up` and its own writes."""

    def __init__(self, world: RestartWorld) -> None:
        self.world = world
        self.caches = empty_caches()
        self.marks = SecretMarks(world.client, lambda _key: None)
        self.recorder = world.recorder
        applier = Applier(world.client, self.recorder, lambda _workload, stored: self.keep(stored))
        keys = KeySecret(world.client, "platform", lambda count: b"k" * count)
        settings = Settings(budget=1)
        self.reconciler = Reconciler(Observer(self.caches, self.marks), applier, keys, world.clock, settings)

    def keep(self, stored: bytes) -> None:
        workload = wire.workload(stored, DEPLOYMENTS)
        assert isinstance(workload, Workload)
        self.caches.workloads.applied(wire.workload_id(DEPLOYMENTS, workload.key), workload)

    def catch_up(self) -> None:
        for stored in self.world.cluster.all_of(DEPLOYMENTS):
            self.keep(msgspec.json.encode(stored))

    def rotate(self, value: str) -> None:
        self.world.secret(password=value)
        self.marks.deleted(Key(namespace="app", name="db"))

    def restarted(self) -> list[str]:
        return [name for name in NAMES if self.world.restarted(Key(namespace="app", name=name))]


@pytest.fixture
async def stage(world: RestartWorld) -> Stage:
    """Three workloads that have seen the first value."""
    made = Stage(world)
    world.secret(password="first")
    for name in NAMES:
        world.workload(document(name))
    made.catch_up()
    assert await made.reconciler.reconcile(APP) == Done()
    return made


async def test_restarts_come_one_after_another(stage: Stage) -> None:
    stage.rotate("second")
    for number, name in enumerate(NAMES, start=1):
        await stage.reconciler.reconcile(APP)
        await stage.reconciler.reconcile(APP)
        assert stage.restarted() == list(NAMES[:number]), "what was written just now counts"
        assert stage.reconciler.waiting.get("app", 0) == len(NAMES) - number
        key = Key(namespace="app", name=name)
        stage.world.report(key, resource=DEPLOYMENTS, **MOVING)
        stage.catch_up()
        assert isinstance(await stage.reconciler.reconcile(APP), Done if number == len(NAMES) else Again)
        stage.world.report(key)
        stage.catch_up()


async def test_a_workload_that_changed_meanwhile_is_looked_at_again(stage: Stage) -> None:
    stage.rotate("second")
    stage.world.report(Key(namespace="app", name="a"), replicas=1)
    assert await stage.reconciler.reconcile(APP) == Again(reconciler.LOOK_AGAIN)
    stage.catch_up()
    await stage.reconciler.reconcile(APP)
    assert stage.restarted() == ["a"]


@pytest.mark.parametrize("status", [pytest.param(422, id="invalid"), pytest.param(403, id="denied")])
async def test_a_restart_that_is_refused_gives_its_place_to_others(stage: Stage, status: int) -> None:
    stage.rotate("second")
    stage.world.api.faults.append(Fault(status=status, reason="Invalid", message="a policy", verb="patch"))
    with pytest.raises((SpecError, GrantError)):
        await stage.reconciler.reconcile(APP)
    assert stage.restarted() == ["b"]
    assert stage.reconciler.waiting == {"app": 2}
    stage.world.report(Key(namespace="app", name="b"))
    stage.catch_up()
    await stage.reconciler.reconcile(APP)
    assert stage.restarted() == ["a", "b"]
    await stage.recorder.flush()
    assert sorted(reason for reason, _ in stage.world.told()) == ["RestartFailed", "Restarted", "Restarted"]


async def test_without_a_place_for_the_key_it_is_said_and_nothing_rolls(stage: Stage) -> None:
    stage.reconciler._keys = KeySecret(stage.world.client, "missing", lambda count: b"k" * count)
    stage.rotate("second")
    with pytest.raises(NotFound):
        await stage.reconciler.reconcile(APP)
    assert stage.restarted() == []


async def test_refusals_of_everything_end_soon(stage: Stage) -> None:
    for number in range(reconciler.REFUSALS + 5):
        stage.world.workload(document(f"more-{number:02}"))
    stage.catch_up()
    await stage.reconciler.reconcile(APP)
    stage.rotate("second")
    stage.world.api.faults.extend([Fault(status=403, reason="Forbidden", verb="patch")] * 99)
    patches = stage.world.api.verbs("deployments").count("patch")
    with pytest.raises(GrantError):
        await stage.reconciler.reconcile(APP)
    assert stage.world.api.verbs("deployments").count("patch") == patches + reconciler.REFUSALS


async def test_an_api_server_that_is_away_is_not_asked_again_and_again(stage: Stage) -> None:
    stage.rotate("second")
    refusal = Fault(status=507, reason="InternalError", verb="patch")
    stage.world.api.faults.extend([refusal] * 99)
    with pytest.raises(Unavailable):
        await stage.reconciler.reconcile(APP)
    assert {seen.path.rpartition("/")[2] for seen in stage.world.api.seen[-1:]} == {"a"}


async def test_who_is_left_is_nobody(stage: Stage) -> None:
    stage.rotate("second")
    await stage.reconciler.reconcile(APP)
    assert stage.reconciler.waiting == {"app": 2}
    for name in NAMES:
        stage.caches.workloads.deleted(wire.workload_id(DEPLOYMENTS, Key(namespace="app", name=name)))
    assert await stage.reconciler.reconcile(APP) == Done()
    assert stage.reconciler.waiting == {}


async def test_one_that_is_refused_stops_no_other(stage: Stage) -> None:
    stage.world.cluster.remove(DEPLOYMENTS, Key(namespace="app", name="c"))
    stage.caches.workloads.deleted(wire.workload_id(DEPLOYMENTS, Key(namespace="app", name="c")))
    for name in ("a", "b"):
        stored = stage.world.cluster.get(DEPLOYMENTS, Key(namespace="app", name=name))
        stored["metadata"]["annotations"]["keyferry.io/seen"] = ""
        stage.keep(msgspec.json.encode(stored))
    stage.world.api.faults.append(Fault(status=422, reason="Invalid", message="a policy says no", verb="patch"))
    with pytest.raises(SpecError):
        await stage.reconciler.reconcile(APP)
    await stage.recorder.flush()
    assert [reason for reason, _ in stage.world.told()] == ["RestartFailed"]
    assert "patch" in stage.world.api.verbs("deployments/b")


async def test_a_secret_that_cannot_be_read_is_heard_of_and_rolls_nothing(stage: Stage) -> None:
    stage.rotate("second")
    stage.world.api.faults.append(Fault(status=403, reason="Forbidden", verb="get"))
    with pytest.raises(GrantError):
        await stage.reconciler.reconcile(APP)
    assert stage.restarted() == []
    await stage.reconciler.reconcile(APP)
    assert stage.restarted() == ["a"]
