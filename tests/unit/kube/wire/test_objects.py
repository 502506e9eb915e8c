import msgspec
import pytest

from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference, PartialObject

SECRET = b"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"app",
"uid":"u1","resourceVersion":"7",
"generation":3,"labels":{"a":"b"},"creationTimestamp":"2026-11-21T10:00:00Z","deletionTimestamp":null,
"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u2","blockOwnerDeletion":true}],
"managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{}}}]},"data":{"password":"cHc="}}"""


def test_partial_keeps_metadata_and_nothing_else() -> None:
    secret = objects.partial(SECRET)
    assert secret.metadata.key == Key(namespace="app", name="db")
    assert secret.metadata.owner_references == [
        OwnerReference(api_version="v1", kind="Pod", name="p", uid="u2", block_owner_deletion=True),
    ]
    assert secret.metadata.creation_timestamp is not None
    assert secret.metadata.creation_timestamp.utcoffset() is not None
    assert b"cHc=" not in msgspec.json.encode(secret)


def test_envelope_tells_which_object_it_is() -> None:
    seen = objects.envelope(msgspec.Raw(SECRET))
    assert (seen.key, seen.metadata.uid, seen.metadata.resource_version) == (Key(namespace="app", name="db"), "u1", "7")


def test_envelope_refuses_what_has_no_metadata() -> None:
    with pytest.raises(msgspec.ValidationError):
        objects.envelope(b'{"kind":"Secret"}')


def test_encoding_leaves_out_what_was_not_set() -> None:
    encoded = msgspec.json.encode(PartialObject(metadata=ObjectMeta(name="x")).metadata)
    assert encoded == b'{"name":"x"}'


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param(Key(namespace="a", name="b"), "a/b", id="namespaced"),
        pytest.param(Key(name="b"), "b", id="cluster-scoped"),
    ],
)
def test_key_as_text(key: Key, text: str) -> None:
    assert str(key) == text
