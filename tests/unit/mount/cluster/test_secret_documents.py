import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster import secret_documents
from keyferry.mount.cluster.secret_plan import WholeSecret

OWNER = OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="shop", uid="rs-1")


def whole(data: dict[str, SecretValue], *, finalizers: tuple[str, ...] = (), immutable: bool = False) -> WholeSecret:
    return WholeSecret(
        key=Key(namespace="app", name="db-env"),
        type="Opaque",
        data=data,
        labels={"a": "1"},
        annotations={"b": "2"},
        owner_references=(OWNER,),
        finalizers=finalizers,
        immutable=immutable,
    )


@given(
    data=st.dictionaries(st.from_regex(r"[a-z][a-z0-9.]{0,9}", fullmatch=True), st.binary(max_size=60), max_size=4),
    finalizers=st.lists(st.just("example.org/kept"), max_size=1),
    immutable=st.booleans(),
    version=st.sampled_from(["", "7"]),
)
def test_what_is_written_is_read_back(
    data: dict[str, bytes], finalizers: list[str], immutable: bool, version: str
) -> None:
    secret = whole(
        {key: SecretValue(value) for key, value in data.items()}, finalizers=tuple(finalizers), immutable=immutable
    )
    read = secret_documents.live(secret_documents.body(secret, version))
    assert read.data == secret.data
    assert read.metadata.key == secret.key
    assert read.metadata.resource_version == version
    assert read.metadata.labels == secret.labels
    assert read.metadata.annotations == secret.annotations
    assert read.metadata.owner_references == [OWNER]
    assert read.metadata.finalizers == finalizers
    assert (read.type, read.immutable) == ("Opaque", immutable)


def test_an_owner_is_written_with_its_four_fields_alone() -> None:
    document = json.loads(secret_documents.body(whole({})))
    assert document["metadata"]["ownerReferences"] == [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop", "uid": "rs-1"}
    ]
    assert "immutable" not in document
    assert not {"finalizers", "resourceVersion"} & set(document["metadata"])


def test_one_without_data_is_empty() -> None:
    assert secret_documents.live(b'{"metadata":{"name":"a"},"data":null}').data == {}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"[]", id="no-object"),
        pytest.param(b'{"data":{}}', id="no-metadata"),
        pytest.param(b'{"metadata":{"name":"a"},"data":{"k":"hunter2"}}', id="no-base64"),
    ],
)
def test_what_is_no_secret_is_refused_without_quoting_it(document: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)) as refusal:
        secret_documents.live(document)
    assert "hunter2" not in str(refusal.value)
