import pytest

from keyferry.model.errors import GrantError, NotFound, SpecError, Unavailable, Where
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretValue
from keyferry.spec.keys import ObjectKey, ObjectType
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.sources import StoreRef
from keyferry.sync.push.carrier import Carrier
from keyferry.sync.push.state import PushItem, Removal
from keyferry.vault.throttle import Priority
from keyferry.vault.writing.wish import Outcome
from tests.fakes.push_secrets import KV, RECORD, VAULT, FakeStores, FakeVaults

ASKER = Where(kind="PushSecret", namespace="app", name="push")
OTHER = StoreRef(kind="SecretStore", name="other")


class Stage:
    def __init__(self) -> None:
        self.vaults, self.stores = FakeVaults(), FakeStores()
        self.written: list[SecretRef] = []
        self.carrier = Carrier(self.stores, self.vaults, self.written.append)

    async def push(self, *items: PushItem, only_if_absent: bool = False) -> list[object]:
        deeds = await self.carrier.push(ASKER, items, only_if_absent=only_if_absent, priority=Priority.REFRESH)
        return [deed.outcome for deed in deeds]

    async def remove(self, *removals: Removal) -> list[object]:
        deeds = await self.carrier.remove(ASKER, removals, priority=Priority.REFRESH)
        return [deed.outcome for deed in deeds]


def item(name: str, store: StoreRef = KV, kind: ObjectType = ObjectType.SECRET, value: bytes = b"v") -> PushItem:
    return PushItem(
        store=store,
        name=name,
        object=ObjectKey(type=kind, name=name),
        value=SecretValue(value),
        metadata=PushMetadata(tags=(("team", "a"),)),
        record={"match": {"remoteRef": {"remoteKey": name}}},
    )


def removal(name: str, store: str = "SecretStore/kv") -> Removal:
    return Removal(store=store, name=name, record={"match": {"remoteRef": {"remoteKey": name}}})


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_items_are_written_with_the_owner_s_tag_and_told_of_once(stage: Stage) -> None:
    items = [item("a"), item("b", kind=ObjectType.CERT), item("c", kind=ObjectType.KEY)]
    assert await stage.push(*items) == [Outcome.WRITTEN] * 3
    assert await stage.push(*items) == [Outcome.UNCHANGED] * 3
    assert {(ref.kind, ref.name) for ref in stage.written} == {
        (ObjectKind.SECRET, "a"),
        (ObjectKind.CERTIFICATE, "b"),
        (ObjectKind.KEY, "c"),
    }
    _, present = stage.vaults.held[SecretRef(vault_url=VAULT, name=SecretName("a"))]
    assert present.tags == {"team": "a", "managed-by": "external-secrets"}
    assert {priority for _, _, priority in stage.vaults.asked} == {Priority.REFRESH}


async def test_a_store_is_asked_for_once_in_a_trip(stage: Stage) -> None:
    await stage.push(*(item(f"n{number}") for number in range(20)))
    assert stage.stores.asked <= 8, "as many as go at once"
    assert len(stage.vaults.held) == 20


async def test_what_exists_is_left_where_only_the_absent_is_wanted(stage: Stage) -> None:
    await stage.push(item("a"))
    assert await stage.push(item("a", value=b"x"), item("b"), only_if_absent=True) == [Outcome.LEFT, Outcome.WRITTEN]


async def test_one_refusal_stops_nobody_else(stage: Stage) -> None:
    refusal = GrantError(what="somebody else's")
    stage.vaults.failures["a"] = [refusal]
    assert await stage.push(item("a"), item("b")) == [refusal, Outcome.WRITTEN]


async def test_a_vault_that_is_down_is_not_asked_for_the_rest(stage: Stage) -> None:
    down = Unavailable(what="down")
    stage.vaults.failures["n0"] = [down]
    outcomes = await stage.push(*(item(f"n{number}") for number in range(20)), item("elsewhere", OTHER))
    assert outcomes[-1] is Outcome.WRITTEN
    assert outcomes.count(down) > 10


async def test_a_store_that_is_missing_fails_its_own_items(stage: Stage) -> None:
    stage.stores.absent.add("other")
    outcomes = await stage.push(item("a"), item("b", OTHER), item("c", OTHER))
    assert outcomes[0] is Outcome.WRITTEN
    assert all(isinstance(outcome, NotFound) for outcome in outcomes[1:])


async def test_removals_delete_what_is_ours(stage: Stage) -> None:
    await stage.push(item("a"))
    assert await stage.remove(removal("a"), removal("gone")) == [Outcome.REMOVED, Outcome.ABSENT]
    assert stage.vaults.held == {}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(Removal(store="nonsense", name="a", record=RECORD), id="store"),
        pytest.param(Removal(store="SecretStore/kv", name="a", record={}), id="record"),
    ],
)
async def test_a_status_that_somebody_spoilt_is_told(stage: Stage, wrong: Removal) -> None:
    (outcome,) = await stage.remove(wrong)
    assert isinstance(outcome, SpecError)


async def test_who_leaves_may_delete_as_whom_the_store_was_asked_last(stage: Stage) -> None:
    await stage.push(item("a"))
    stage.stores.absent.add("kv")
    (outcome,) = await stage.remove(removal("a"))
    assert isinstance(outcome, NotFound), "who stays waits for the store"
    leaving = await stage.carrier.remove(ASKER, [removal("a")], priority=Priority.REFRESH, is_leaving=True)
    assert [deed.outcome for deed in leaving] == [Outcome.REMOVED]


async def test_nobody_leaves_as_somebody_who_was_never_asked(stage: Stage) -> None:
    await stage.push(item("a"))
    stage.stores.absent.add("kv")
    elsewhere = Where(kind="PushSecret", namespace="web", name="push")
    (deed,) = await stage.carrier.remove(elsewhere, [removal("a")], priority=Priority.REFRESH, is_leaving=True)
    assert isinstance(deed.outcome, NotFound)
    assert len(stage.vaults.held) == 1


async def test_nothing_is_kept_of_a_namespace_that_is_gone(stage: Stage) -> None:
    await stage.push(item("a"))
    stage.carrier.left("app")
    stage.stores.absent.add("kv")
    (deed,) = await stage.carrier.remove(ASKER, [removal("a")], priority=Priority.REFRESH, is_leaving=True)
    assert isinstance(deed.outcome, NotFound)
