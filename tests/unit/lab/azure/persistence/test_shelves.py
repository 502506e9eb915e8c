from keyferry.lab.azure.persistence import shelves
from keyferry.lab.azure.persistence.tables import RowKey
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW


def test_every_state_of_an_object_is_a_row() -> None:
    azure = lab_azure.azure()
    vault = azure.vaults.by_name("kv-one")
    assert vault is not None
    secrets = vault.objects.secrets
    secrets.delete("off", 0, hidden_seconds=0, kept_seconds=9)
    secrets.delete("versioned", 0, hidden_seconds=0, kept_seconds=9)
    secrets.recover("versioned", 0, hidden_seconds=5)
    found = dict(shelves.rows(vault))
    assert RowKey("secrets.deleted", "kv-one", "off") in found
    assert found[RowKey("secrets.recovering", "kv-one", "versioned")] == 5
    assert set(dict(shelves.rows(vault, "Versioned"))) <= set(shelves.keys("kv-one", "VERSIONED"))
    assert [key.table for key, _ in shelves.rows(vault, "Versioned")] == ["secrets.live", "secrets.recovering"]
    other = lab_azure.azure()
    shelves.restore(other.vaults, found)
    same = other.vaults.by_name("kv-one")
    assert same is not None
    assert same.objects == vault.objects


def test_a_deleted_vault_holds_what_it_held() -> None:
    azure = lab_azure.azure()
    vault = azure.vaults.by_name("kv-one")
    assert vault is not None
    azure.vaults.delete(vault, NOW)
    assert shelves.scopes(azure.vaults)["kv-one"] is vault
