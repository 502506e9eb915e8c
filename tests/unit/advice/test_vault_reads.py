"""What many read of one vault, by whichever store."""

from typing import Any

from keyferry.advice import vault_reads
from keyferry.advice.surroundings import Refreshes
from keyferry.advice.vault_reads import VaultReads
from tests.fakes import external_secrets

VAULT = {"azurekv": {"vaultUrl": "https://kv.vault.azure.net/"}}
OWN = vault_reads.store("SecretStore", "app", "kv")
WIDE = vault_reads.store("ClusterSecretStore", "app", "wide")


def external(**spec: Any) -> dict[str, Any]:
    return external_secrets.document(spec)


def test_a_store_of_the_cluster_is_the_same_from_everywhere() -> None:
    assert vault_reads.store("ClusterSecretStore", "other", "wide") == WIDE
    assert vault_reads.store("SecretStore", "other", "kv") != OWN


def test_one_that_reads_by_two_stores_is_one() -> None:
    other = {"storeRef": {"name": "wide", "kind": "ClusterSecretStore"}}
    reads = VaultReads()
    document = external(dataFrom=[{"extract": {"key": "a"}, "sourceRef": other}], refreshInterval="10s")
    reads.count(document, "app")
    reads.learn(OWN, VAULT)
    reads.learn(WIDE, VAULT)
    assert reads.refreshes(OWN) == reads.refreshes(WIDE)
    assert reads.refreshes(WIDE) == Refreshes(objects=1, keys=2, reads_a_second=0.2, told_by="app/db")


def test_the_same_name_elsewhere_is_another() -> None:
    reads = VaultReads()
    reads.learn(WIDE, VAULT)
    for _ in range(2):
        reads.count(external(secretStoreRef={"name": "wide", "kind": "ClusterSecretStore"}), "app")
    told = reads.refreshes(WIDE)
    assert told is not None
    assert told.objects == 2


def test_stores_of_others() -> None:
    reads = VaultReads()
    reads.learn(OWN, {"vault": {}})
    assert reads.is_of_others(external(), "app")
    assert not reads.is_of_others(external(), "elsewhere")
    assert not reads.is_of_others({}, "app")
