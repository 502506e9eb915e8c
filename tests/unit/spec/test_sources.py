from typing import Any

import pytest

from keyferry.spec import sources
from keyferry.spec.decoding import Decoding, NullBytePolicy
from keyferry.spec.keys import Conversion, ObjectKey, ObjectType
from keyferry.spec.sources import DataItem, Extract, Find, MetadataPolicy, RemoteRef, StoreRef

PLAIN = RemoteRef(
    key="db",
    object=ObjectKey(type=ObjectType.SECRET, name="db"),
    property="",
    version="",
    conversion=Conversion.DEFAULT,
    decoding=Decoding.NONE,
    metadata=MetadataPolicy.NONE,
    null_bytes=NullBytePolicy.IGNORE,
)
FULL = RemoteRef(
    key="secret/db",
    object=ObjectKey(type=ObjectType.SECRET, name="db"),
    property="a.b",
    version="0" * 32,
    conversion=Conversion.UNICODE,
    decoding=Decoding.AUTO,
    metadata=MetadataPolicy.FETCH,
    null_bytes=NullBytePolicy.FAIL,
)
FULL_FIELDS = {
    "key": "secret/db",
    "property": "a.b",
    "version": "0" * 32,
    "conversionStrategy": "Unicode",
    "decodingStrategy": "Auto",
    "metadataPolicy": "Fetch",
    "nullBytePolicy": "Fail",
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(None, None, id="none"),
        pytest.param({}, None, id="empty"),
        pytest.param({"kind": "SecretStore"}, None, id="kind-alone"),
        pytest.param({"name": "kv"}, StoreRef(kind="SecretStore", name="kv"), id="name"),
        pytest.param(
            {"name": "kv", "kind": "ClusterSecretStore"}, StoreRef(kind="ClusterSecretStore", name="kv"), id="both"
        ),
    ],
)
def test_store_references(fields: dict[str, str] | None, expected: StoreRef | None) -> None:
    assert sources.store_ref(fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"secretKey": "A", "remoteRef": {"key": "db"}},
            DataItem(secret_key="A", remote=PLAIN, store=None),
            id="plain",
        ),
        pytest.param(
            {"secretKey": "A", "remoteRef": FULL_FIELDS, "sourceRef": {"storeRef": {"name": "kv"}}},
            DataItem(secret_key="A", remote=FULL, store=StoreRef(kind="SecretStore", name="kv")),
            id="full",
        ),
    ],
)
def test_data_items(fields: dict[str, Any], expected: DataItem) -> None:
    assert sources.data_item(fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"extract": {"key": "db"}}, Extract(remote=PLAIN, store=None), id="extract"),
        pytest.param(
            {"find": {"name": {}}},
            Find(
                name_regexp=None,
                tags=(),
                conversion=Conversion.DEFAULT,
                decoding=Decoding.NONE,
                null_bytes=NullBytePolicy.IGNORE,
                store=None,
            ),
            id="find-everything",
        ),
        pytest.param(
            {
                "find": {
                    "name": {"regexp": "^a"},
                    "tags": {"team": "x", "env": "p"},
                    "conversionStrategy": "Unicode",
                    "decodingStrategy": "Base64",
                    "nullBytePolicy": "Fail",
                },
                "sourceRef": {"storeRef": {"name": "kv"}},
            },
            Find(
                name_regexp="^a",
                tags=(("env", "p"), ("team", "x")),
                conversion=Conversion.UNICODE,
                decoding=Decoding.BASE64,
                null_bytes=NullBytePolicy.FAIL,
                store=StoreRef(kind="SecretStore", name="kv"),
            ),
            id="find",
        ),
    ],
)
def test_data_from(fields: dict[str, Any], expected: Extract | Find) -> None:
    assert sources.data_from(fields) == expected


def test_a_store_reference_reads_as_people_say_it() -> None:
    assert str(StoreRef(kind="SecretStore", name="kv")) == "SecretStore kv"
