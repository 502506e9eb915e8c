import json
from datetime import timedelta
from typing import Any

import pytest

from keyferry.spec import push_secret
from keyferry.spec.label_selectors import LabelSelector, Operator, Requirement
from keyferry.spec.problems import InvalidDocument
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.push_secret import (
    DataEntry,
    DataTo,
    DeletionPolicy,
    KeyConversion,
    Source,
    StoreChoice,
    UpdatePolicy,
)
from keyferry.spec.rewriting import RegexpStep, TransformStep
from keyferry.spec.sources import GeneratorRef

METADATA = {
    "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
    "kind": "PushSecretMetadata",
    "spec": {"tags": {"team": "a"}},
}
BLUE = LabelSelector(requirements=(Requirement(key="c", operator=Operator.IN, values=frozenset({"blue"})),))


def document(**spec: Any) -> dict[str, object]:
    fields = {"secretStoreRefs": [{"name": "kv"}], "selector": {"secret": {"name": "db"}}} | spec
    return {
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": {"name": "db", "namespace": "app", "generation": 2, "labels": {"a": "b"}},
        "spec": fields,
    }


def test_the_least_document_has_upstream_s_defaults() -> None:
    parsed = push_secret.parse(json.dumps(document()).encode())
    assert (parsed.namespace, parsed.name, parsed.generation, parsed.labels) == ("app", "db", 2, {"a": "b"})
    assert parsed.stores == (StoreChoice(kind="SecretStore", name="kv"),)
    assert parsed.source == Source(secret="db")
    assert parsed.refresh_interval == timedelta(hours=1)
    assert (parsed.update_policy, parsed.deletion_policy) == (UpdatePolicy.REPLACE, DeletionPolicy.NONE)
    assert (parsed.data, parsed.data_to) == ((), ())


def test_every_field() -> None:
    parsed = push_secret.parse(
        document(
            refreshInterval="30s",
            template={"data": {"a": "{{ .b }}"}},
            updatePolicy="IfNotExists",
            deletionPolicy="Delete",
            secretStoreRefs=[{"kind": "ClusterSecretStore", "labelSelector": {"matchLabels": {"c": "blue"}}}],
            selector={"secret": {"selector": {"matchLabels": {"c": "blue"}}}},
            data=[
                {
                    "match": {"secretKey": "a", "remoteRef": {"remoteKey": "cert/web", "property": "p"}},
                    "metadata": METADATA,
                    "conversionStrategy": "ReverseUnicode",
                }
            ],
            dataTo=[
                {
                    "storeRef": {"kind": "ClusterSecretStore", "name": "kv"},
                    "match": {"regexp": "^db-"},
                    "rewrite": [
                        {"regexp": {"source": "^", "target": "app-"}},
                        {"transform": {"template": "{{ .value }}"}},
                    ],
                },
                {"storeRef": {"kind": "ClusterSecretStore", "labelSelector": {}}, "remoteKey": "all"},
            ],
        )
    )
    assert parsed.stores == (StoreChoice(kind="ClusterSecretStore", selector=BLUE),)
    assert parsed.source == Source(selector=BLUE)
    assert (parsed.update_policy, parsed.deletion_policy) == (UpdatePolicy.IF_NOT_EXISTS, DeletionPolicy.DELETE)
    assert parsed.template is not None
    assert parsed.template.data == {"a": "{{ .b }}"}
    assert parsed.data == (
        DataEntry(
            secret_key="a",
            remote_key="cert/web",
            property="p",
            conversion=KeyConversion.REVERSE_UNICODE,
            metadata=PushMetadata(tags=(("team", "a"),)),
            raw_metadata=METADATA,
        ),
    )
    assert parsed.data_to == (
        DataTo(
            store=StoreChoice(kind="ClusterSecretStore", name="kv"),
            regexp="^db-",
            remote_key="",
            rewrite=(RegexpStep(source="^", target="app-"), TransformStep(template="{{ .value }}")),
            conversion=KeyConversion.NONE,
            metadata=PushMetadata(),
        ),
        DataTo(
            store=StoreChoice(kind="ClusterSecretStore", selector=LabelSelector()),
            regexp=None,
            remote_key="all",
            rewrite=(),
            conversion=KeyConversion.NONE,
            metadata=PushMetadata(),
        ),
    )


def test_a_generator_may_be_the_source() -> None:
    parsed = push_secret.parse(document(selector={"generatorRef": {"kind": "Password", "name": "p"}}))
    api = "generators.external-secrets.io/v1alpha1"
    assert parsed.source == Source(generator=GeneratorRef(api_version=api, kind="Password", name="p"))


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        pytest.param({"selector": {}}, "spec.selector", id="no-source"),
        pytest.param({"refreshInterval": "soon"}, "spec.refreshInterval", id="interval"),
        pytest.param(
            {"data": [{"match": {"remoteRef": {"remoteKey": "no_such"}}}]},
            "spec.data[0].match.remoteRef.remoteKey",
            id="name-that-no-vault-has",
        ),
        pytest.param({"data": [{"match": {}}]}, "spec.data[0].match.remoteRef", id="no-remote-ref"),
        pytest.param(
            {"data": [{"match": {"remoteRef": {"remoteKey": "a"}}, "metadata": {"kind": "X"}}]},
            "spec.data[0].metadata.kind",
            id="metadata",
        ),
        pytest.param(
            {"dataTo": [{"storeRef": {"name": "kv"}, "metadata": {"kind": "X"}}]},
            "spec.dataTo[0].metadata.kind",
            id="metadata-of-many",
        ),
        pytest.param({"dataTo": [{}]}, "spec.dataTo[0].storeRef", id="no-store-ref"),
    ],
)
def test_every_mistake_is_told_with_its_place(spec: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        push_secret.parse(document(**spec))
    assert path in [problem.path for problem in refusal.value.problems]
