"""Pods and the ServiceAccounts that they run as."""

from typing import Any

import pytest

from keyferry.advice.rules.running_as import CHECKS
from keyferry.advice.surroundings import Account, Nothing, Surroundings
from tests.fakes.advice import findings, found
from tests.fakes.known_surroundings import Known
from tests.fakes.pod_documents import LABELLED, USE, container, deployment, pod

CLIENT = {"azure.workload.identity/client-id": "5ec0a4b2-94f5-4c1b-a6a2-3c1bb3a3b8d1"}
READER = Account(namespace="apps", name="reader", annotations=CLIENT)
BARE = Account(namespace="apps", name="reader")
HERE = "spec.template.spec.serviceAccountName"


def asking(spec: dict[str, Any] | None = None, account: str = "reader") -> dict[str, Any]:
    return deployment(pod(spec, labels=LABELLED, account=account))


@pytest.mark.parametrize(
    ("document", "known", "expected"),
    [
        pytest.param(asking(), Known(READER), [], id="it-stands-for-an-identity"),
        pytest.param(asking(), Nothing(), [], id="nothing-known"),
        pytest.param(asking(), Known(BARE), [HERE], id="no-client-id"),
        pytest.param(
            asking(), Known(Account(namespace="apps", name="reader", annotations=dict.fromkeys(CLIENT, ""))), [HERE],
            id="an-empty-one",
        ),
        pytest.param(deployment(), Known(BARE), [], id="nobody-asks"),
        pytest.param(pod(labels=LABELLED), Known(BARE), ["spec.serviceAccountName"], id="a-pod"),
        pytest.param(
            asking(container(env=[{"name": "AZURE_CLIENT_ID", "value": "x"}])), Known(BARE), [], id="brought-along"
        ),
        pytest.param(
            asking(container(envFrom=[{"configMapRef": {"name": "azure"}}])), Known(BARE), [], id="maybe-brought-along"
        ),
        pytest.param(asking(container(env=[{"name": "A"}])), Known(BARE), [HERE], id="something-else-brought-along"),
        pytest.param(asking({"serviceAccountName": None}), Nothing(), [HERE], id="default"),
        pytest.param(asking(account="default"), Nothing(), [HERE], id="default-by-name"),
        pytest.param(
            asking(account="default"), Known(Account(namespace="apps", name="default", annotations=CLIENT)), [],
            id="default-that-stands-for-an-identity",
        ),
        pytest.param(
            asking(account="default"), Known(Account(namespace="apps", name="default")), [HERE], id="default-as-it-is"
        ),
        pytest.param({"kind": "Deployment"}, Known(BARE), [], id="no-pods"),
    ],
)  # fmt: skip
def test_pods_that_ask_run_as_an_identity(document: dict[str, Any], known: Surroundings, expected: list[str]) -> None:
    assert found(CHECKS, document, "no-client-id", known) == expected


@pytest.mark.parametrize(
    ("document", "known", "expected"),
    [
        pytest.param(
            asking(), Known(complete=True), 'there is no ServiceAccount "reader" in "apps" yet', id="none-there"
        ),
        pytest.param(
            asking(account="raeder"),
            Known(READER, complete=True),
            'there is no ServiceAccount "raeder" in "apps" (did you mean "reader"?)',
            id="mistyped",
        ),
        pytest.param(
            asking(account="raeder"),
            Known(READER),
            'there is no ServiceAccount "raeder" in "apps" (did you mean "reader"?)',
            id="a-slip-away-from-one-that-is-known",
        ),
        pytest.param(asking(account="writer"), Known(READER), None, id="another-that-nobody-knows"),
        pytest.param(asking(account="reader-v2"), Known(READER), None, id="one-like-it-that-nobody-knows"),
        pytest.param(asking(), Known(READER, complete=True), None, id="there"),
        pytest.param(asking(account="default"), Known(complete=True), None, id="default-is-always-there"),
        pytest.param(deployment(), Known(complete=True), None, id="nobody-asks"),
        pytest.param(
            deployment(labels=LABELLED),
            Known(complete=True),
            'there is no ServiceAccount "reader" in "apps" yet',
            id="asked-for-in-the-wrong-place",
        ),
        pytest.param({"kind": "Deployment"}, Known(complete=True), None, id="no-pods"),
        pytest.param(
            {"kind": "Pod", "metadata": {"labels": LABELLED}, "spec": {"serviceAccountName": "reader"}},
            Known(complete=True),
            'there is no ServiceAccount "reader" yet',
            id="in-a-namespace-that-is-not-told",
        ),
    ],
)
def test_pods_run_as_somebody_who_is_there(document: dict[str, Any], known: Surroundings, expected: str | None) -> None:
    told = findings(CHECKS, document, "no-such-service-account", known)
    assert [each.message for each in told] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        pytest.param("app", ['ServiceAccount "reader" is in "apps", and not in "app"'], id="mistyped"),
        pytest.param("Apps", ['ServiceAccount "reader" is in "apps", and not in "Apps"'], id="in-upper-case"),
        pytest.param("payments", [], id="another"),
        pytest.param("", [], id="not-told"),
    ],
)
def test_the_account_is_in_a_namespace_that_is_nearly_the_same(namespace: str, expected: list[str]) -> None:
    document = deployment(pod(labels=LABELLED), namespace=namespace)
    told = findings(CHECKS, document, "no-such-service-account", Known(READER))
    assert [(each.path, each.message) for each in told] == [("metadata.namespace", message) for message in expected]


class Late(Known):
    """Knows one account by asking for it, as a cache does that has not heard of it yet."""

    def account(self, namespace: str, name: str) -> Account | None:
        return READER if (namespace, name) == ("apps", "reader") else None


def test_an_account_that_is_found_by_asking_is_there() -> None:
    assert found(CHECKS, asking(), "no-such-service-account", Late(complete=True)) == []


def volume(**source: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "v"} | source]}


def token(audience: Any) -> dict[str, Any]:
    return volume(projected={"sources": [None, {"configMap": {}}, {"serviceAccountToken": {"audience": audience}}]})


NEEDY = container(env=[{"name": "VAULT", "value": "https://kv-prod.vault.azure.net"}])


@pytest.mark.parametrize(
    ("fields", "is_missing"),
    [
        pytest.param({}, False, id="no-sign"),
        pytest.param({"env": [{"name": "AZURE_KEYVAULT", "valueFrom": {"configMapKeyRef": {}}}]}, True, id="a-name"),
        pytest.param({"env": [{"name": "ORIGIN", "value": "acc.blob.core.windows.net"}]}, True, id="an-address"),
        pytest.param({"args": ["--vault=https://kv.vault.usgovcloudapi.net"]}, True, id="an-argument"),
        pytest.param({"env": [{"name": "HOST", "value": "azure.network.example"}]}, False, id="another-address"),
    ],
)
def test_pods_that_have_to_do_with_azure_need_its_token(fields: dict[str, Any], is_missing: bool) -> None:
    document = deployment(pod(container(**fields)))
    expected = ["spec.template.metadata.labels"] * is_missing
    assert found(CHECKS, document, "use-label-missing", Known(READER)) == expected


@pytest.mark.parametrize(
    ("document", "known", "is_missing"),
    [
        pytest.param(deployment(pod(NEEDY)), Known(READER), True, id="missing"),
        pytest.param(deployment(pod(NEEDY)), Known(BARE), False, id="no-identity-to-ask-for"),
        pytest.param(deployment(pod(NEEDY)), Nothing(), False, id="nothing-known"),
        pytest.param(asking(NEEDY), Known(READER), False, id="there"),
        pytest.param(deployment(pod(NEEDY, labels={USE: "false"})), Known(READER), False, id="declined"),
        pytest.param(deployment(pod(NEEDY), labels=LABELLED), Known(READER), False, id="another-rule-says-it"),
        pytest.param(
            deployment(pod(NEEDY | volume(csi={"driver": "d"}))), Known(READER), False, id="by-the-csi-driver"
        ),
        pytest.param(
            deployment(pod(NEEDY | token("api://AzureADTokenExchange"))),
            Known(READER),
            False,
            id="a-token-set-up-by-hand",
        ),
        pytest.param(
            deployment(pod(NEEDY | token("api://AzureADTokenExchangeChina"))),
            Known(READER),
            False,
            id="of-another-cloud",
        ),
        pytest.param(deployment(pod(NEEDY | token(None))), Known(READER), True, id="the-token-for-the-api-server"),
        pytest.param(deployment(pod(NEEDY | volume(emptyDir={}))), Known(READER), True, id="other-volumes"),
        pytest.param({"kind": "Deployment"}, Known(READER), False, id="no-pods"),
    ],
)
def test_pods_of_an_identity_ask_for_it(document: dict[str, Any], known: Surroundings, is_missing: bool) -> None:
    expected = ["spec.template.metadata.labels"] * is_missing
    assert found(CHECKS, document, "use-label-missing", known) == expected
