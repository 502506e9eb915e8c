"""What watches have told is known; of what they tell by halves nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.accounts import AccountCache
from keyferry.admit.known import Known
from keyferry.admit.watched import WatchedExternalSecret
from keyferry.advice.surroundings import Account, Refreshes
from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject

KV = "https://kv.vault.azure.net"
STORE, SHARED = Key(namespace="apps", name="vault"), Key(name="vault")


def key(name: str, namespace: str = "apps") -> Key:
    return Key(namespace=namespace, name=name)


def external(secret: str = "", seconds: float = 10.0, *reads: tuple[Key, int]) -> WatchedExternalSecret:
    return WatchedExternalSecret(secret=secret, reads=reads, seconds=seconds)


@pytest.fixture
def known() -> Known:
    return Known(AccountCache(), lambda: frozenset({"system:serviceaccount:apps:reader"}))


def test_accounts() -> None:
    cache = AccountCache()
    known, reader = Known(cache), Account(namespace="apps", name="reader")
    assert (known.account("apps", "reader"), dict(known.accounts("apps")), known.knows_accounts) == (None, {}, False)
    cache.applied(key("reader"), reader)
    cache.synced()
    assert (known.account("apps", "reader"), dict(known.accounts("apps"))) == (reader, {"reader": reader})
    assert known.knows_accounts


def test_subjects(known: Known) -> None:
    assert known.subjects == {"system:serviceaccount:apps:reader"}


def test_who_owns_a_secret(known: Known) -> None:
    known.external_secrets.applied(key("b"), external("db"))
    known.external_secrets.applied(key("a"), external("db"))
    known.external_secrets.applied(key("c"), external())
    assert [known.secret_owner("apps", name) for name in ("db", "c", "")] == ["a", "", ""]
    assert known.secret_owner("other", "db") == ""
    known.external_secrets.deleted(key("a"))
    assert known.secret_owner("apps", "db") == "b"


def test_how_often_a_vault_is_asked_through_all_its_stores(known: Known) -> None:
    known.stores.applied(STORE, KV)
    known.cluster_stores.applied(SHARED, KV)
    known.stores.applied(key("elsewhere"), "https://other.vault.azure.net")
    known.external_secrets.applied(key("a"), external("", 10.0, (STORE, 2), (key("elsewhere"), 5)))
    known.external_secrets.applied(key("b"), external("", 2.0, (SHARED, 1)))
    known.external_secrets.applied(key("once"), external("", 0.0, (STORE, 9)))
    assert known.refreshes("apps", "vault", "SecretStore") is None, "not all are listed"
    known.external_secrets.synced()
    together = Refreshes(objects=2, keys=3, reads_a_second=0.7)
    assert known.refreshes("apps", "vault", "SecretStore") == together
    assert known.refreshes("apps", "vault", "ClusterSecretStore") == together
    assert known.refreshes("apps", "vault", "") == together
    assert known.refreshes("apps", "nowhere", "SecretStore") is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(1, 5)), max_size=30))
def test_what_was_counted_is_what_there_is(changes: list[tuple[str, int, int]]) -> None:
    known, there = Known(AccountCache()), dict[str, tuple[int, int]]()
    known.stores.applied(STORE, KV)
    known.external_secrets.synced()
    for name, seconds, keys in changes:
        if name in there and there[name] == (seconds, keys):
            known.external_secrets.deleted(key(name))
            del there[name]
        else:
            known.external_secrets.applied(key(name), external("", float(seconds), (STORE, keys)))
            there[name] = (seconds, keys)
    found = known.refreshes("apps", "vault", "SecretStore")
    asking = [(seconds, keys) for seconds, keys in there.values() if seconds]
    assert found is not None
    assert (found.objects, found.keys) == (len(asking), sum(keys for _, keys in asking))
    assert found.reads_a_second == pytest.approx(sum(keys / seconds for seconds, keys in asking))


def test_homes(known: Known) -> None:
    known.stores.applied(STORE, KV)
    known.classes.applied(key("files", "other"), PartialObject(metadata=ObjectMeta(name="files")))
    kinds = (("SecretStore", "vault"), ("SecretProviderClass", "files"), ("Secret", "vault"))
    assert [known.homes(*each) for each in kinds] == [frozenset()] * 3, "not all are listed"
    known.stores.synced()
    known.classes.synced()
    assert [known.homes(*each) for each in kinds] == [{"apps"}, {"other"}, frozenset()]


def test_what_cannot_be_decoded_is_not_known(known: Known) -> None:
    known.external_secrets.applied(key("a"), external("db", 10.0, (STORE, 1)))
    known.external_secrets.undecodable(key("a"), "broken")
    assert known.secret_owner("apps", "db") == ""
