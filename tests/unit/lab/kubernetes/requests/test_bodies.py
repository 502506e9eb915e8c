from typing import Any

import pytest

from keyferry.lab.kubernetes.requests import bodies
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.world.http import Request

SECRET = Resource(group="", version="v1", kind="Secret", plural="secrets")


def _request(media: str, body: bytes) -> Request:
    return Request(method="POST", path="/", headers={"content-type": media}, body=body)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        pytest.param("application/json; charset=utf-8", b'{"a":[1]}', id="json"),
        pytest.param("", b'{"a":[1]}', id="nothing-said"),
        pytest.param("application/yaml", b"a: [1]", id="yaml"),
    ],
)
def test_reads_bodies(media: str, body: bytes) -> None:
    assert bodies.read(_request(media, body)) == {"a": [1]}


@pytest.mark.parametrize(
    ("media", "body", "code"),
    [
        pytest.param("application/json", b"{", 400, id="broken-json"),
        pytest.param("application/yaml", b"a: [", 400, id="broken-yaml"),
        pytest.param("application/yaml", b"? {a: b}\n: c", 400, id="keys-that-json-has-not"),
        pytest.param("application/cbor", b"", 415, id="unknown-form"),
        pytest.param("application/vnd.kubernetes.protobuf", b"k8s", 415, id="broken-protobuf"),
    ],
)
def test_refuses_bodies(media: str, body: bytes, code: int) -> None:
    with pytest.raises(StatusError) as refusal:
        bodies.read(_request(media, body))
    assert refusal.value.code == code


def test_fills_in_what_the_path_says_and_drops_empty_metadata() -> None:
    document = bodies.of(SECRET, {"metadata": {"name": "a", "labels": None, "finalizers": []}})
    assert document == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        pytest.param([], "not an object", id="list"),
        pytest.param({"kind": "Pod"}, "cannot be handled as a Secret", id="kind"),
        pytest.param({"apiVersion": "v2"}, "does not match the expected API version", id="version"),
        pytest.param({"metadata": "x"}, "metadata: expected an object", id="metadata"),
        pytest.param({"metadata": {"labels": {"a": 1}}}, "quote numbers", id="label"),
        pytest.param({"metadata": {"annotations": []}}, "metadata.annotations", id="annotations-empty-list"),
        pytest.param({"metadata": {"finalizers": "x"}}, "metadata.finalizers", id="finalizers"),
        pytest.param({"metadata": {"name": 1}}, "metadata.name", id="name"),
    ],
)
def test_refuses_objects_of_other_shapes(document: Any, complaint: str) -> None:
    with pytest.raises(StatusError, match=complaint) as refusal:
        bodies.of(SECRET, document)
    assert refusal.value.code == 400
