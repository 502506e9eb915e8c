"""Keys that nobody reads."""

from typing import Any

import pytest

from keyferry.advice.rules.keys import CHECKS
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import USE, deployment, pod, service_account

AZURE = "azure.workload.identity"
CLIENT = {f"{AZURE}/client-id": "5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1"}
SKIP = {f"{AZURE}/skip-containers": "a"}
LIFETIME = {f"{AZURE}/service-account-token-expiration": "7200"}


@pytest.mark.parametrize(
    ("document", "path", "home"),
    [
        pytest.param(service_account({**CLIENT, **LIFETIME}), "", "", id="an-account"),
        pytest.param(pod(annotations={**SKIP, **LIFETIME}), "", "", id="a-pod"),
        pytest.param(
            deployment(pod(annotations=CLIENT)),
            "spec.template.metadata.annotations",
            'ServiceAccount "reader"',
            id="a-client-on-pods",
        ),
        pytest.param(pod(labels=CLIENT), "metadata.labels", 'ServiceAccount "reader"', id="a-client-as-a-label"),
        pytest.param(
            deployment(annotations=CLIENT), "metadata.annotations", 'ServiceAccount "reader"', id="on-the-workload"
        ),
        pytest.param(deployment(annotations=SKIP), "metadata.annotations", "the pod template", id="not-on-the-pods"),
        pytest.param(deployment(pod(annotations=SKIP), annotations=SKIP), "", "", id="on-both"),
        pytest.param(pod(labels=LIFETIME), "metadata.labels", "the pod itself", id="a-label-of-a-pod"),
        pytest.param(
            service_account(labels=CLIENT), "metadata.labels", "the ServiceAccount", id="a-label-of-an-account"
        ),
        pytest.param(service_account(SKIP), "metadata.annotations", "the pods", id="on-an-account"),
        pytest.param({"kind": "Rollout", "metadata": {"annotations": SKIP}}, "", "", id="pods-that-nobody-sees"),
    ],
)
def test_annotations_stand_where_they_are_read(document: dict[str, Any], path: str, home: str) -> None:
    told = findings(CHECKS, document, "identity-key-unread")
    assert [each.path.partition("[")[0] for each in told] == [path] * bool(path)
    assert [each.remedy for each in told] == [f"make it an annotation of {home}"] * bool(home)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        *(pytest.param(f"{AZURE}/{name}", "", id=name) for name in ("use", "client-id", "skip-containers", "use-mine")),
        pytest.param(f"{AZURE}/Use", "use", id="case"),
        pytest.param("Azure.Workload.Identity/use", "use", id="case-of-the-domain"),
        pytest.param(f"{AZURE}/clientid", "client-id", id="a-dash-too-few"),
        pytest.param(f"{AZURE}/clientId", "client-id", id="camel-case"),
        pytest.param(f"{AZURE}/skip-container", "skip-containers", id="singular"),
        pytest.param("azure.workload-identity/use", "use", id="a-dash-for-a-dot"),
        pytest.param("azure.workload.identiy/use", "use", id="a-letter-too-few"),
        pytest.param("azure.workload.identity.io/use", "use", id="a-top-level-domain"),
        pytest.param("azure-workload-identity.io/system", "", id="upstreams-own"),
        pytest.param(f"{AZURE}/enabled", "", id="far-from-all"),
        pytest.param("azure.workload.identity", "", id="no-name"),
        pytest.param("app.kubernetes.io/name", "", id="another"),
        pytest.param("example.org/identity", "", id="another-identity"),
        pytest.param(f"{AZURE}/{'client-id' * 50}", "", id="long"),
        pytest.param(7, "", id="no-text"),
    ],
)
def test_a_misspelt_key_is_told(key: Any, meant: str) -> None:
    for document in (service_account(labels={key: "x"}), deployment(pod(annotations={key: "x"}))):
        told = findings(CHECKS, document, "identity-key-misspelt")
        assert [each.remedy for each in told] == [f"write {AZURE}/{meant}"] * bool(meant)


def test_it_is_told_in_every_place() -> None:
    wrong = {"azure.workload-identity/use": "true"}
    document = deployment(pod(labels=wrong), labels=wrong)
    assert found(CHECKS, document, "identity-key-misspelt") == [
        "metadata.labels[azure.workload-identity/use]",
        "spec.template.metadata.labels[azure.workload-identity/use]",
    ]
    assert found(CHECKS, pod(labels={**wrong, USE: "true"}), "identity-key-misspelt") == [
        "metadata.labels[azure.workload-identity/use]"
    ]
