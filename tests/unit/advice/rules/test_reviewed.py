"""Each sort of what a review says is a rule of its own, and says it at its place in the document."""

from typing import Any

import pytest

from keyferry.advice.documents import Documents
from keyferry.advice.judge import judge
from keyferry.advice.rules.reviewed import NAMES
from keyferry.advice.surroundings import Nothing
from tests.fakes import external_secrets

ES = "external-secrets.io/v1"
GOOD = {"secretKey": "A", "remoteRef": {"key": "db"}}
PARAMETERS = {
    "keyvaultName": "kv-prod",
    "tenantID": "99999999-9999-4999-8999-999999999999",
    "clientID": "11111111-1111-4111-8111-111111111111",
    "objects": "array:\n- |\n  objectName: db\n  objectType: secret\n",
}


def external(version: str = "v1", **spec: Any) -> dict[str, Any]:
    return external_secrets.document({"data": [GOOD]} | spec) | {"apiVersion": f"external-secrets.io/{version}"}


def store(**azure: Any) -> dict[str, Any]:
    provider = {"azurekv": {"authType": "WorkloadIdentity", "vaultUrl": "https://kv.vault.azure.net"} | azure}
    metadata = {"name": "kv", "namespace": "apps"}
    return {"apiVersion": ES, "kind": "SecretStore", "metadata": metadata, "spec": {"provider": provider}}


def a_class(**parameters: Any) -> dict[str, Any]:
    given = {name: value for name, value in (PARAMETERS | parameters).items() if value is not None}
    return {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": "kv", "namespace": "apps"},
        "spec": {"provider": "azure", "parameters": given},
    }


def push(data: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Return a PushSecret of one entry, which has what `data` leaves out."""
    metadata = {"name": "db", "namespace": "apps"}
    entry = {"match": {"secretKey": "a", "remoteRef": {"remoteKey": "db"}}} | data
    whole = {"secretStoreRefs": [{"name": "kv"}], "selector": {"secret": {"name": "db"}}, "data": [entry]} | spec
    return {"apiVersion": f"{ES}alpha1", "kind": "PushSecret", "metadata": metadata, "spec": whole}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        pytest.param(external(), [], id="good"),
        pytest.param({"apiVersion": "other/v1", "kind": "SecretStore"}, [], id="another-group"),
        pytest.param(external(data=1), [("invalid", "spec.data"), ("invalid", "spec")], id="invalid"),
        pytest.param(external("v1beta1"), [("outdated-version", "apiVersion")], id="outdated"),
        pytest.param(
            external(dataFrom=[{"find": {"path": "a", "name": {"regexp": "a"}}}]),
            [("questionable", "spec.dataFrom[0].find.path")],
            id="in-vain",
        ),
        pytest.param(
            store(
                authType="ServicePrincipal",
                tenantId="99999999-9999-4999-8999-999999999999",
                authSecretRef={name: {"name": "sp", "key": name} for name in ("clientId", "clientSecret")},
            ),
            [("stored-credential", "spec.provider.azurekv.authType")],
            id="stored-credential",
        ),
        pytest.param(
            store(serviceAccountRef={"name": "reader", "namespace": "other"}),
            [("borrowed-account", "spec.provider.azurekv.serviceAccountRef.namespace")],
            id="borrowed-account",
        ),
        pytest.param(
            store() | {"spec": {"provider": {"vault": {}}}},
            [("other-provider", "spec.provider.vault")],
            id="another-provider",
        ),
        pytest.param(push({}), [], id="good-push"),
        pytest.param(
            push({"match": {"secretKey": "a", "remoteRef": {"remoteKey": "team/db"}}}),
            [("questionable", "spec.data[0].match.remoteRef.remoteKey")],
            id="a-name-of-another-provider",
        ),
        pytest.param(
            push({"match": {"secretKey": "a", "remoteRef": {"remoteKey": 1}}}),
            [("invalid", "spec.data[0].match.remoteRef.remoteKey")],
            id="a-name-that-the-API-refuses",
        ),
        pytest.param(
            push({"metadata": {"secretPushFormat": "string"}}),
            [
                ("questionable", "spec.data[0].metadata.secretPushFormat"),
                ("questionable", "spec.data[0].metadata.apiVersion"),
                ("questionable", "spec.data[0].metadata.kind"),
            ],
            id="metadata-of-another-provider",
        ),
        pytest.param(push({}, selector=1), [("invalid", "spec.selector")], id="a-push-that-cannot-be"),
        pytest.param(a_class(), [], id="good-class"),
        pytest.param(a_class(tenantID=None), [("class-tenant", "spec.parameters.tenantID")], id="no-tenant"),
        pytest.param(
            a_class(tenantID=None, tenantId="a b"), [("class-tenant", "spec.parameters.tenantId")], id="tenant-is-none"
        ),
        pytest.param(
            a_class(objects="array:\n- objectName: db\n"),
            [("class-objects", "spec.parameters.objects.array[0]")],
            id="objects",
        ),
        pytest.param(a_class(keyvaultName=None), [("invalid", "spec.parameters.keyvaultName")], id="no-vault"),
        pytest.param(
            a_class(usePodIdentity=False), [("invalid", "spec.parameters[usePodIdentity]")], id="unquoted-flag"
        ),
    ],
)
def test_findings_have_their_rules_and_places(document: dict[str, Any], found: list[tuple[str, str]]) -> None:
    told = [(finding.rule.name, finding.path) for finding in judge(document, Nothing()) if finding.rule.name in NAMES]
    assert told == found


@pytest.mark.parametrize(
    ("annotations", "is_told"),
    [
        pytest.param({"keyferry.io/usable-from": "web, apps"}, False, id="consent"),
        pytest.param({"keyferry.io/usable-from": "web"}, True, id="consent-to-another"),
        pytest.param({}, True, id="none"),
    ],
)
def test_an_account_that_is_lent_is_not_told(annotations: dict[str, str], is_told: bool) -> None:
    account = {"kind": "ServiceAccount", "metadata": {"name": "sa", "namespace": "other", "annotations": annotations}}
    borrowing = store(serviceAccountRef={"name": "sa", "namespace": "other"})
    found = judge(borrowing, Documents([account, borrowing]).around())
    assert ("borrowed-account" in {finding.rule.name for finding in found}) is is_told
