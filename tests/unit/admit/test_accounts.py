"""Of ServiceAccounts little is kept, and it follows the watch."""

import json

import msgspec
import pytest

from keyferry.admit.accounts import AccountCache, account
from keyferry.advice.surroundings import Account
from keyferry.kube.wire.objects import Key

READER = Key(namespace="apps", name="reader")


def document(**metadata: object) -> bytes:
    named = {"name": "reader", "namespace": "apps"} | metadata
    return json.dumps({"kind": "ServiceAccount", "metadata": named, "secrets": [{"name": "token"}]}).encode()


def test_keeps_what_is_of_workload_identity_and_consent() -> None:
    ours = {"azure.workload.identity/client-id": "c", "keyferry.io/usable-from": "web"}
    found = account(document(annotations=ours | {"a": "b"}, labels={"azure.workload.identity/use": "true", "x": "y"}))
    labels = {"azure.workload.identity/use": "true"}
    assert found == Account(namespace="apps", name="reader", annotations=ours, labels=labels)
    assert account(document()) == Account(namespace="apps", name="reader")


@pytest.mark.parametrize("body", [b"{}", b"[]", document(annotations=1), document(name=None)])
def test_what_is_none(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        account(body)


def test_follows_the_watch() -> None:
    cache, reader = AccountCache(), account(document())
    assert (cache.find("apps", "reader"), dict(cache.of("apps")), len(cache)) == (None, {}, 0)
    cache.applied(READER, reader)
    cache.applied(Key(namespace="apps", name="default"), account(document(name="default")))
    assert (cache.find("apps", "reader"), set(cache.of("apps")), len(cache)) == (reader, {"reader", "default"}, 2)
    assert cache.find("other", "reader") is None
    cache.undecodable(READER, "no text")
    cache.deleted(READER)
    assert (cache.find("apps", "reader"), len(cache)) == (None, 1)
    cache.deleted(Key(namespace="apps", name="default"))
    cache.deleted(Key(namespace="nowhere", name="x"))
    assert len(cache) == 0
    assert not cache.has_synced
    cache.synced()
    assert cache.has_synced
