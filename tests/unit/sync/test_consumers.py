from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire.objects import Key
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.sync.consumers import Consumers, Interest

VAULT = VaultUrl("https://kv-prod.vault.azure.net")
ONE, OTHER = (ManagedIdentity(client_id=ClientId(name)) for name in ("one", "other"))
A, B, C = (Key(namespace="app", name=name) for name in ("a", "b", "c"))
DB = SecretRef(vault_url=VAULT, name=SecretName("db"))


def _interest(name: str = "db", identity: Identity = ONE, kind: ObjectKind = ObjectKind.SECRET) -> Interest:
    return Interest(identity=identity, vault_url=VAULT, kind=kind, name=name)


def test_every_reader_of_an_object_is_woken_and_nobody_else() -> None:
    consumers = Consumers()
    consumers.reads(A, [_interest()])
    consumers.reads(B, [_interest(), _interest("x")])
    consumers.reads(C, [_interest("x"), _interest(identity=OTHER), _interest(kind=ObjectKind.KEY)])
    assert consumers.wake(ONE, replace(DB, name=SecretName("DB"), version=SecretVersion("v1"))) == {A, B}
    assert [consumers.woken(key) > 0 for key in (A, B, C)] == [True, True, False]


def test_who_finds_by_pattern_is_woken_by_any_name_of_the_kind() -> None:
    consumers = Consumers()
    consumers.reads(A, [_interest("")])
    assert consumers.wake(ONE, DB) == {A}
    assert consumers.wake(OTHER, DB) == frozenset()
    assert consumers.wake(ONE, replace(DB, kind=ObjectKind.KEY)) == frozenset()


def test_what_is_read_in_between_wakes_from_its_beginning() -> None:
    consumers = Consumers()
    assert not consumers.knows(A)
    consumers.reads(A, [_interest("x")])
    consumers.also(A, _interest())
    consumers.also(A, _interest())
    assert consumers.knows(A)
    assert consumers.wake(ONE, DB) == consumers.wake(ONE, replace(DB, name=SecretName("x"))) == {A}
    consumers.reads(A, [_interest()])
    assert consumers.wake(ONE, replace(DB, name=SecretName("x"))) == frozenset()


def test_a_wake_lasts_until_it_is_served_and_a_later_one_longer() -> None:
    consumers = Consumers()
    consumers.reads(A, [_interest()])
    consumers.wake(ONE, DB)
    seen = consumers.woken(A)
    consumers.wake(ONE, DB)
    consumers.served(A, seen)
    assert consumers.woken(A) > seen
    consumers.served(A, consumers.woken(A))
    assert consumers.woken(A) == 0
    consumers.served(A, 0)


def test_one_can_be_woken_by_name() -> None:
    consumers = Consumers()
    consumers.mark(A)
    assert consumers.woken(A) > 0
    assert consumers.woken(B) == 0


def test_what_is_gone_is_forgotten() -> None:
    consumers = Consumers()
    consumers.reads(A, [_interest()])
    consumers.wake(ONE, DB)
    consumers.forget(A)
    assert consumers.woken(A) == 0
    assert consumers.wake(ONE, DB) == frozenset()


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.sets(st.sampled_from(["db", "x", "y"])))))
def test_the_last_reads_of_each_count(steps: list[tuple[Key, set[str]]]) -> None:
    consumers, last = Consumers(), dict[Key, set[str]]()
    for key, names in steps:
        consumers.reads(key, [_interest(name) for name in names])
        last[key] = names
    for name in ("db", "x", "y"):
        expected = {key for key, names in last.items() if name in names}
        assert consumers.wake(ONE, replace(DB, name=SecretName(name))) == expected
