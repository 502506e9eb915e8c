"""A cluster's watches and a folder of the same documents know the same of what both can know."""

import json
from typing import Any

import pytest

from keyferry.admit import accounts, watched
from keyferry.admit.known import Known
from keyferry.advice.documents import Documents
from keyferry.advice.surroundings import Refreshes, Surroundings
from keyferry.kube.wire.objects import Key

VAULT = "https://KV.vault.azure.net/"


def account(name: str, **annotations: str) -> dict[str, Any]:
    prefixed = {f"azure.workload.identity/{key}": value for key, value in annotations.items()}
    return document("ServiceAccount", name, {}, annotations=prefixed)


def document(kind: str, name: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    place = {} if kind == "ClusterSecretStore" else {"namespace": "apps"}
    group = "v1" if kind == "ServiceAccount" else "external-secrets.io/v1"
    return {"apiVersion": group, "kind": kind, "metadata": {"name": name, **place, **metadata}, "spec": spec}


def external(name: str, **spec: Any) -> dict[str, Any]:
    given = {"secretStoreRef": {"name": "vault"}, "data": [{"secretKey": "A", "remoteRef": {"key": "a"}}]} | spec
    return document("ExternalSecret", name, given)


ALL: list[dict[str, Any]] = [
    account("reader", **{"client-id": "1"}),
    account("writer"),
    document("SecretStore", "vault", {"provider": {"azurekv": {"vaultUrl": VAULT}}}),
    document("SecretStore", "aws", {"provider": {"aws": {}}}),
    document("ClusterSecretStore", "shared", {"provider": {"azurekv": {"vaultUrl": VAULT.lower()}}}),
    external("a", refreshInterval="10s"),
    external(
        "b", secretStoreRef={"name": "shared", "kind": "ClusterSecretStore"}, dataFrom=[{"extract": {"key": "x"}}]
    ),
    external("merged", target={"name": "a", "creationPolicy": "Merge"}),
    external("other-kind", target={"manifest": {"kind": "ConfigMap"}}),
    external("named", target={"name": "db"}, refreshInterval="0"),
    external("once", refreshPolicy="CreatedOnce"),
    external("mixed", data=[{"sourceRef": {"storeRef": {"name": "aws"}}}, {}], refreshInterval="1m30s"),
    external("made", data=[], dataFrom=[{"sourceRef": {"generatorRef": {"kind": "UUID"}}}]),
    external("broken", refreshInterval="soon"),
]


def told() -> Known:
    """Tell `Known` of everything, as the watches would."""
    cache = accounts.AccountCache()
    known = Known(cache)
    for each in ALL:
        metadata, body = each["metadata"], json.dumps(each).encode()
        key = Key(namespace=metadata.get("namespace", ""), name=metadata["name"])
        match each["kind"]:
            case "ServiceAccount":
                cache.applied(key, accounts.account(body))
            case "ExternalSecret":
                known.external_secrets.applied(key, watched.external_secret(body))
            case "SecretStore":
                known.stores.applied(key, watched.vault_of(body))
            case "ClusterSecretStore":
                known.cluster_stores.applied(key, watched.vault_of(body))
    known.external_secrets.synced()
    known.stores.synced()
    return known


DOCUMENTS, KNOWN = Documents(ALL).around(), told()


@pytest.mark.parametrize("name", ["reader", "writer", "nobody"])
def test_accounts(name: str) -> None:
    assert KNOWN.account("apps", name) == DOCUMENTS.account("apps", name)
    assert dict(KNOWN.accounts("apps")) == dict(DOCUMENTS.accounts("apps"))


@pytest.mark.parametrize("name", ["a", "b", "merged", "other-kind", "named", "db", "once", "nobody"])
def test_owners(name: str) -> None:
    assert KNOWN.secret_owner("apps", name) == DOCUMENTS.secret_owner("apps", name)


@pytest.mark.parametrize("store", [("vault", "SecretStore"), ("shared", "ClusterSecretStore")])
def test_refreshes(store: tuple[str, str]) -> None:
    assert figures(KNOWN, store) == figures(DOCUMENTS, store)


def figures(around: Surroundings, store: tuple[str, str]) -> tuple[int, int, float] | None:
    found: Refreshes | None = around.refreshes("apps", *store)
    return None if found is None else (found.objects, found.keys, round(found.reads_a_second, 9))


@pytest.mark.parametrize("name", ["vault", "aws", "shared", "nowhere"])
def test_homes(name: str) -> None:
    assert KNOWN.homes("SecretStore", name) == DOCUMENTS.homes("SecretStore", name)
