import json
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import documents

GOOD: dict[str, Any] = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "metadata": {"name": "x", "namespace": "app", "uid": "u", "generation": 3, "labels": {"a": "b"}},
    "spec": {"data": []},
}


def test_opens_a_document() -> None:
    opened = documents.open_document(GOOD, "ExternalSecret")
    assert (opened.version, opened.spec, opened.status, opened.problems.found) == ("v1", {"data": []}, {}, ())
    assert (opened.metadata.namespace, opened.metadata.name, opened.metadata.uid) == ("app", "x", "u")
    assert (opened.metadata.generation, opened.metadata.labels, opened.metadata.annotations) == (3, {"a": "b"}, {})


def test_opens_json() -> None:
    old = GOOD | {"apiVersion": "external-secrets.io/v1beta1", "metadata": {"name": "x"}, "status": {"a": 1}}
    text = json.dumps(old).encode()
    opened = documents.open_document(text, "ExternalSecret")
    assert (opened.version, opened.metadata.namespace, opened.status) == ("v1beta1", "", {"a": 1})


def test_opens_the_kinds_of_another_api() -> None:
    given = GOOD | {"apiVersion": "secrets-store.csi.x-k8s.io/v1alpha1", "kind": "SecretProviderClass"}
    assert documents.open_document(given, "SecretProviderClass", documents.SECRETS_STORE).version == "v1alpha1"
    with pytest.raises(SpecError, match="keyferry does not read"):
        documents.open_document(given, "SecretProviderClass")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(b"{", "is not JSON", id="broken-json"),
        pytest.param(b"[" * 200_000, "is not JSON", id="deep-json"),
        pytest.param(b"[]", "not an object of Kubernetes", id="list"),
        pytest.param(GOOD | {"kind": "Secret"}, "not of the kind ExternalSecret", id="kind"),
        pytest.param({"apiVersion": "v1"}, "not of the kind ExternalSecret", id="no-kind"),
        pytest.param(GOOD | {"apiVersion": "external-secrets.io/v1alpha1"}, "keyferry does not read", id="version"),
        pytest.param(GOOD | {"apiVersion": 1}, "keyferry does not read", id="version-of-the-wrong-type"),
    ],
)
def test_refuses_what_it_is_not(document: bytes | dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        documents.open_document(document, "ExternalSecret")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"metadata": {}}, "metadata.name: is missing", id="no-name"),
        pytest.param({"metadata": None}, "metadata.name: is missing", id="no-metadata"),
        pytest.param({"metadata": {"name": "X"}}, 'metadata.name: "X" cannot be the name of an object', id="bad-name"),
        pytest.param(
            {"metadata": {"name": "x", "namespace": "a.b"}}, 'metadata.namespace: "a.b" cannot', id="bad-namespace"
        ),
        pytest.param({"metadata": {"name": "x", "labels": {"a": 1}}}, "metadata.labels[a]: must be text", id="label"),
        pytest.param(
            {"metadata": {"name": "x", "annotations": []}}, "metadata.annotations: must be a mapping", id="list"
        ),
        pytest.param({"spec": None}, "spec: is missing", id="no-spec"),
        pytest.param({"spec": []}, "spec: must be a mapping", id="spec-is-a-list"),
        pytest.param({"sepc": {}}, "sepc: is not a field of this API", id="unknown-part"),
    ],
)
def test_notes_what_is_wrong_around_the_spec(change: dict[str, Any], expected: str) -> None:
    opened = documents.open_document(GOOD | change, "ExternalSecret")
    assert str(opened.problems.found[0]).startswith(expected)
    with pytest.raises(SpecError, match="is invalid"):
        opened.raise_if_any_problem()
