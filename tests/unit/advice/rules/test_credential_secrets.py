"""Secrets that hold service principals."""

from typing import Any

import pytest

from keyferry.advice.rules.credential_secrets import CHECK
from tests.fakes.advice import findings, found

VALUE = "WnE4fm5vdC10by1iZS1yZXBlYXRlZA=="
PAIR = {"client-id": VALUE, "client-secret": VALUE}


def secret(name: Any = "db", labels: Any = None, **parts: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "labels": labels}} | parts


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(secret(data={"password": VALUE}), [], id="of-a-database"),
        pytest.param(secret(data={"AZURE_CLIENT_SECRET": VALUE}), ["data.AZURE_CLIENT_SECRET"], id="by-its-key"),
        pytest.param(
            secret(stringData={"ARM_CLIENT_SECRET": VALUE, "AZURE_PASSWORD": VALUE}),
            ["stringData.ARM_CLIENT_SECRET"],
            id="said-once",
        ),
        pytest.param(secret("azure-sp", data=PAIR), ["data.client-secret"], id="by-its-name"),
        pytest.param(
            secret("kv", {"secrets-store.csi.k8s.io/used": "true"}, data={"clientid": VALUE, "clientsecret": VALUE}),
            ["data.clientsecret"],
            id="for-the-csi-driver",
        ),
        pytest.param(secret("keycloak", data=PAIR), [], id="of-another-issuer"),
        pytest.param(secret("azure-sp", data={"client-id": VALUE}), [], id="nothing-secret"),
        pytest.param(secret("azure-sp", data={"ca.crt": VALUE}), [], id="something-else"),
        pytest.param(secret(7, ["a"], data={7: VALUE} | PAIR, stringData="x"), [], id="other-shapes"),
    ],
)
def test_a_principal_is_told_by_keys_and_names(document: dict[str, Any], expected: list[str]) -> None:
    told = findings([CHECK], document, "credential-in-secret")
    assert [each.path for each in told] == expected
    assert all(VALUE not in str(each) for each in told)


def test_a_secret_of_nothing_holds_none() -> None:
    assert found([CHECK], {"kind": "Secret"}, "credential-in-secret") == []
