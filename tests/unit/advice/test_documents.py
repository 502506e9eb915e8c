"""What documents tell together of accounts, owners, homes and vaults."""

from typing import Any

import pytest

from keyferry.advice.documents import Documents
from keyferry.advice.surroundings import Account, Refreshes
from tests.fakes import external_secrets
from tests.fakes.pod_documents import service_account

VAULT = "https://kv.vault.azure.net"


def external(name: str = "db", namespace: str = "apps", **spec: Any) -> dict[str, Any]:
    found = external_secrets.document(spec)
    return found | {"metadata": {"name": name, "namespace": namespace}}


def store(name: str = "kv", kind: str = "SecretStore", namespace: str = "apps", url: str = VAULT) -> dict[str, Any]:
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"provider": {"azurekv": {"vaultUrl": url}}},
    }


def test_accounts() -> None:
    known = Documents([service_account({"a": "b", "c": 1}), service_account(name="other", namespace="shop")]).around()
    assert known.account("apps", "reader") == Account(namespace="apps", name="reader", annotations={"a": "b"})
    assert known.account("shop", "reader") is None
    assert list(known.accounts("shop")) == ["other"]
    assert not known.knows_accounts, "others may create more"


def test_subjects() -> None:
    assert Documents([], frozenset({"system:serviceaccount:a:b"})).around().subjects == {"system:serviceaccount:a:b"}


@pytest.mark.parametrize(
    ("spec", "owner"),
    [
        pytest.param({"target": {"name": "other"}}, "", id="another-target"),
        pytest.param({}, "db", id="its-own-name"),
        pytest.param({"target": {"name": "db", "creationPolicy": "Owner"}}, "db", id="owner"),
        pytest.param({"target": {"name": "db", "creationPolicy": "Merge"}}, "", id="merge"),
        pytest.param({"target": {"name": "db", "manifest": {"kind": "ConfigMap"}}}, "", id="another-kind"),
    ],
)
def test_owners(spec: dict[str, Any], owner: str) -> None:
    assert Documents([external(**spec)]).around().secret_owner("apps", "db") == owner
    assert Documents([external(**spec)]).around().secret_owner("shop", "db") == ""


def test_the_first_of_two_owners_counts() -> None:
    two = [external("a", target={"name": "db"}), external("b", target={"name": "db"})]
    assert Documents(two).around().secret_owner("apps", "db") == "a"


def test_homes() -> None:
    provider_class = {
        "kind": "SecretProviderClass",
        "metadata": {"name": "c", "namespace": "apps"},
        "spec": {"secretObjects": [{"secretName": "synced"}]},
    }
    nowhere = {"kind": "Secret", "metadata": {"name": "anywhere"}}
    known = Documents([provider_class, external(target={"name": "t"}), nowhere, store(), {"kind": 1}]).around()
    assert known.homes("SecretProviderClass", "c") == {"apps"}
    assert known.homes("Secret", "synced") == {"apps"}
    assert known.homes("Secret", "t") == {"apps"}
    assert known.homes("Secret", "anywhere") == frozenset()
    assert known.homes("Secret", "nowhere") == frozenset()
    assert known.homes("SecretStore", "kv") == {"apps"}


@pytest.mark.parametrize(
    ("owner", "is_made"),
    [
        pytest.param({"kind": "ReplicaSet", "name": "api", "controller": True}, True, id="present"),
        pytest.param({"kind": "ReplicaSet", "name": "api"}, False, id="no-controller"),
        pytest.param({"kind": "ReplicaSet", "name": "gone", "controller": True}, False, id="absent"),
        pytest.param({"controller": True}, False, id="nobody"),
    ],
)
def test_what_is_made_of_others(owner: dict[str, Any], is_made: bool) -> None:
    maker = {"kind": "ReplicaSet", "metadata": {"name": "api", "namespace": "apps"}}
    made = {"kind": "Pod", "metadata": {"name": "api-1", "namespace": "apps", "ownerReferences": [owner]}}
    known = Documents([maker, made])
    assert known.is_made_by_one(made) is is_made
    assert not known.is_made_by_one(maker)


def test_what_leaves_its_namespace_open_goes_with_its_scope() -> None:
    owner, account = external(namespace=""), service_account(namespace="")
    known = Documents([owner, account, store("kv", namespace=""), external("x", "")], scopes=["a", "a", "a", "b"])
    assert known.around("a").secret_owner("", "db") == "db"
    assert known.around("b").secret_owner("", "db") == "x", "by its target of the same name"
    assert known.around("c").secret_owner("", "db") == ""
    assert (known.around("a").account("", "reader") is None, known.around("b").account("", "reader")) == (False, None)
    told = known.around("a").refreshes("", "kv", "SecretStore")
    assert told is not None
    assert told.objects == 1
    assert known.around("b").homes("SecretStore", "kv") == frozenset()


KEY, PUSHED = "spec.data[0].remoteRef.key", "spec.data[0].metadata.spec.tags"


@pytest.mark.parametrize(
    ("document", "path", "is_told"),
    [
        pytest.param(external(secretStoreRef={"name": "aws"}), KEY, True, id="key"),
        pytest.param(external(secretStoreRef={"name": "aws"}), "spec.refreshInterval", False, id="another-field"),
        pytest.param(external(), KEY, False, id="a-vault"),
        pytest.param(external(secretStoreRef={"name": "unknown"}), KEY, False, id="unknown"),
        pytest.param(external(secretStoreRef={"name": "empty"}), KEY, False, id="no-provider"),
        pytest.param(
            external(
                secretStoreRef={"name": "aws"},
                dataFrom=[{"extract": {"key": "x"}, "sourceRef": {"storeRef": {"name": "kv"}}}],
            ),
            KEY,
            False,
            id="both",
        ),
        pytest.param(
            {"kind": "PushSecret", "metadata": {"namespace": "apps"}, "spec": {"secretStoreRefs": [{"name": "aws"}]}},
            PUSHED,
            True,
            id="pushed",
        ),
        pytest.param({"kind": "PushSecret"}, KEY, False, id="no-store"),
    ],
)
def test_what_other_providers_know(document: dict[str, Any], path: str, is_told: bool) -> None:
    others = {
        "kind": "SecretStore",
        "metadata": {"name": "aws", "namespace": "apps"},
        "spec": {"provider": {"aws": {}}},
    }
    empty = {"kind": "SecretStore", "metadata": {"name": "empty", "namespace": "apps"}, "spec": {"provider": {}}}
    assert Documents([others, empty, store()]).around().is_about_another_provider(document, path) is is_told


def test_all_stores_of_a_vault_are_summed_up() -> None:
    other = {"storeRef": {"name": "wide", "kind": "ClusterSecretStore"}}
    documents = [
        external("a", refreshInterval="10s"),
        external("b", "shop", secretStoreRef={"name": "wide", "kind": "ClusterSecretStore"}, refreshInterval="20s"),
        external("c", dataFrom=[{"extract": {"key": "x"}, "sourceRef": other}, {"find": {}}, {"rewrite": []}]),
        external("once", refreshInterval="0"),
        external("changed", refreshPolicy="OnChange"),
        external("wrong", refreshInterval="x"),
        store(),
        store("wide", "ClusterSecretStore", url=f"{VAULT.upper()}/".replace("HTTPS", "https")),
    ]
    known = Documents(documents).around()
    told = known.refreshes("apps", "kv", "SecretStore")
    assert told == Refreshes(objects=3, keys=5, reads_a_second=0.1 + 0.05 + 3 / 3600, told_by="apps/a")
    assert known.refreshes("any", "wide", "ClusterSecretStore") == told
    assert known.refreshes("shop", "kv", "SecretStore") is None


def test_a_store_that_is_not_there_stands_for_its_vault() -> None:
    known = Documents([external(), external("b"), store(url="")]).around()
    told = known.refreshes("apps", "kv", "SecretStore")
    assert told is not None
    assert told.objects == 2
