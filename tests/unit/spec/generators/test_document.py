import json
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec.fields.generators import CLUSTER_FIELDS
from keyferry.spec.generators import document
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.spec.generators.document import Fake, Uuid
from keyferry.spec.generators.password import Password

AUTH = {"workloadIdentity": {"serviceAccountRef": {"name": "puller"}}}
ACR = {"registry": "example.azurecr.io", "auth": AUTH}


def of(kind: str, spec: Any) -> dict[str, Any]:
    parts = {"apiVersion": document.API_VERSION, "kind": kind, "metadata": {"name": "x", "namespace": "app"}}
    return parts | ({} if spec is None else {"spec": spec})


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        pytest.param("Password", {"length": 12}, Password, id="password"),
        pytest.param("UUID", {}, Uuid, id="uuid"),
        pytest.param("UUID", None, Uuid, id="uuid-without-a-spec"),
        pytest.param("Fake", {"data": {"user": "app"}}, Fake, id="fake"),
        pytest.param("ACRAccessToken", ACR, AcrAccessToken, id="acr"),
    ],
)
def test_reads_each_kind(kind: str, spec: Any, expected: type) -> None:
    assert isinstance(document.parse(of(kind, spec), kind), expected)
    if spec is not None:
        cluster = {"kind": kind, "generator": {CLUSTER_FIELDS[kind]: spec}}
        assert document.parse(of("ClusterGenerator", cluster), "ClusterGenerator") == document.parse(
            json.dumps(of(kind, spec)).encode(), kind
        )


def test_a_fake_has_its_class_and_data() -> None:
    made = document.parse(of("Fake", {"controller": "dev", "data": {"user": "app"}}), "Fake")
    assert made == Fake(controller="dev", data=(("user", "app"),))


@pytest.mark.parametrize(
    ("kind", "spec", "path"),
    [
        pytest.param("Password", {"length": "12"}, "spec.length", id="wrong-type"),
        pytest.param("Password", {"lenght": 12}, "spec.lenght", id="misspelt"),
        pytest.param("Password", {"encoding": "rot13"}, "spec.encoding", id="unknown-encoding"),
        pytest.param("ACRAccessToken", {"auth": AUTH}, "spec.registry", id="no-registry"),
        pytest.param("ACRAccessToken", ACR | {"registry": "evil.example"}, "spec.registry", id="foreign-registry"),
        pytest.param("ClusterGenerator", {}, "spec.kind", id="no-kind"),
        pytest.param(
            "ClusterGenerator",
            {"kind": "Webhook", "generator": {"webhookSpec": {"url": "https://x"}}},
            "spec.kind",
            id="not-ours",
        ),
        pytest.param(
            "ClusterGenerator",
            {"kind": "Password", "generator": {"uuidSpec": {}}},
            "spec.generator.passwordSpec",
            id="settings-of-another-kind",
        ),
    ],
)
def test_tells_where_it_is_wrong(kind: str, spec: Any, path: str) -> None:
    with pytest.raises(SpecError) as refused:
        document.parse(of(kind, spec), kind)
    assert path in str(refused.value)


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(SpecError, match="not JSON"):
        document.parse(b"{", "UUID")


@pytest.mark.parametrize(
    ("api_version", "kind", "words"),
    [
        pytest.param("external-secrets.io/v1", "Password", "has no generators", id="another-group"),
        pytest.param(document.API_VERSION, "Webhook", "use one of ACRAccessToken, Fake", id="another-kind"),
    ],
)
def test_refuses_what_keyferry_does_not_run(api_version: str, kind: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        document.check_kind(api_version, kind)


@pytest.mark.parametrize("kind", [*document.KINDS, "ClusterGenerator"])
def test_takes_what_keyferry_runs(kind: str) -> None:
    document.check_kind("generators.external-secrets.io/v1alpha1", kind)
