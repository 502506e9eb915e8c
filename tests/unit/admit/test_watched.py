"""Of each object a few words are kept, whatever version it has and whatever else it holds."""

import json
from typing import Any

import msgspec
import pytest

from keyferry.admit import watched
from keyferry.kube.wire.objects import Key

STORE = Key(namespace="apps", name="vault")


def external(**spec: Any) -> bytes:
    given = {"secretStoreRef": {"name": "vault"}, "data": [{"secretKey": "A", "remoteRef": {"key": "a"}}]} | spec
    return json.dumps(
        {"kind": "ExternalSecret", "metadata": {"name": "db", "namespace": "apps"}, "spec": given}
    ).encode()


@pytest.mark.parametrize(
    ("spec", "secret"),
    [
        pytest.param({}, "db", id="its-own-name"),
        pytest.param({"target": {"name": "other"}}, "other", id="named"),
        pytest.param({"target": {"creationPolicy": "Owner"}}, "db", id="owner"),
        pytest.param({"target": {"creationPolicy": "Merge"}}, "", id="merge"),
        pytest.param({"target": {"manifest": {"kind": "ConfigMap"}}}, "", id="another-kind"),
    ],
)
def test_the_secret_that_it_owns(spec: dict[str, Any], secret: str) -> None:
    assert watched.external_secret(external(**spec)).secret == secret


@pytest.mark.parametrize(
    ("spec", "seconds"),
    [
        pytest.param({}, 3600.0, id="default"),
        pytest.param({"refreshInterval": "90s"}, 90.0, id="given"),
        pytest.param({"refreshInterval": "0"}, 0.0, id="once"),
        pytest.param({"refreshInterval": "-1h"}, 0.0, id="negative"),
        pytest.param({"refreshInterval": "soon"}, 0.0, id="none"),
        pytest.param({"refreshPolicy": "OnChange"}, 0.0, id="on-change"),
        pytest.param({"refreshPolicy": "Periodic", "refreshInterval": "1m"}, 60.0, id="periodic"),
    ],
)
def test_how_often_it_is_refreshed(spec: dict[str, Any], seconds: float) -> None:
    assert watched.external_secret(external(**spec)).seconds == seconds


@pytest.mark.parametrize(
    ("spec", "reads"),
    [
        pytest.param({}, {STORE: 1}, id="data"),
        pytest.param(
            {"data": [], "dataFrom": [{"extract": {"key": "a"}}, {"find": {"name": {"regexp": "x"}}}]},
            {STORE: 2},
            id="dataFrom",
        ),
        pytest.param(
            {"data": [], "dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password"}}}]}, {}, id="generator"
        ),
        pytest.param(
            {"secretStoreRef": {"kind": "ClusterSecretStore", "name": "shared"}},
            {Key(name="shared"): 1},
            id="cluster-store",
        ),
        pytest.param(
            {"data": [{"sourceRef": {"storeRef": {"name": "own"}}}, {"sourceRef": {}}]},
            {Key(namespace="apps", name="own"): 1, STORE: 1},
            id="own-store",
        ),
    ],
)
def test_which_stores_it_asks(spec: dict[str, Any], reads: dict[Key, int]) -> None:
    assert dict(watched.external_secret(external(**spec)).reads) == reads


@pytest.mark.parametrize(
    ("spec", "vault"),
    [
        pytest.param(
            {"provider": {"azurekv": {"vaultUrl": "https://KV.vault.azure.net/"}}},
            "https://kv.vault.azure.net",
            id="vault",
        ),
        pytest.param({"provider": {"aws": {}}}, "", id="another-provider"),
        pytest.param({}, "", id="none"),
    ],
)
def test_the_vault_of_a_store(spec: dict[str, Any], vault: str) -> None:
    assert watched.vault_of(json.dumps({"kind": "SecretStore", "spec": spec}).encode()) == vault


@pytest.mark.parametrize("body", [b"{}", b"[]", external(data=1)])
def test_what_is_none(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        watched.external_secret(body)
