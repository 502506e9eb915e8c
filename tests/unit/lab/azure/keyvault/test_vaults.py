from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import PurgeProtectedError, VaultExistsError, Vaults
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

SEED = seed.parse(lab_azure.document()).vaults[0]


def _vault(**changes: object) -> Vault:
    return plant(replace(SEED, **changes), PUBLIC, NOW, lab_azure.sources())  # type: ignore[arg-type]  # by keyword


def test_finds_a_vault_by_each_of_its_names() -> None:
    vault = _vault()
    vaults = Vaults([vault], NOW)
    assert tuple(vaults) == (vault,)
    assert vault.created == NOW
    assert vaults.by_name("KV-One") is vault
    assert vaults.by_host("kv-one.vault.azure.net") is vault
    assert vaults.find(vault.resource_id.upper()) is vault


@pytest.mark.parametrize("host", ["kv-two.vault.azure.net", "kv-one.vault.azure.cn", "kv-one", ""])
def test_no_vault_answers_elsewhere(host: str) -> None:
    assert Vaults([_vault()], NOW).by_host(host) is None


def test_a_resource_id_in_another_group_is_another_vault() -> None:
    vault = _vault()
    assert Vaults([vault], NOW).find(vault.resource_id.replace("/rg/", "/other/")) is None
    assert Vaults([vault], NOW).find("/subscriptions/s") is None


def test_a_deleted_vault_keeps_its_name_until_it_is_purged() -> None:
    vault = _vault()
    vaults = Vaults([vault], NOW)
    deleted = vaults.delete(vault, NOW)
    assert vaults.by_name("kv-one") is None
    assert vaults.deleted(NOW) == (deleted,)
    with pytest.raises(VaultExistsError, match="deleted") as refusal:
        vaults.create(_vault(), NOW)
    assert refusal.value.deleted
    vaults.purge(deleted)
    assert vaults.deleted_by_name("kv-one", NOW) is None
    vaults.create(_vault(), NOW)


def test_a_deleted_vault_is_known_until_it_is_gone() -> None:
    vault = _vault()
    vaults = Vaults([vault], NOW)
    assert vaults.known(vault.resource_id.upper()) is vault
    deleted = vaults.delete(vault, NOW)
    assert vaults.known(vault.resource_id.upper()) is vault
    assert vaults.known(vault.resource_id.replace("/rg/", "/other/")) is None
    vaults.purge(deleted)
    assert vaults.known(vault.resource_id) is None


def test_two_vaults_of_one_name_cannot_be() -> None:
    vaults = Vaults([_vault()], NOW)
    with pytest.raises(VaultExistsError) as refusal:
        vaults.create(_vault(name="KV-ONE"), NOW)
    assert not refusal.value.deleted


def test_a_recovered_vault_holds_what_it_held() -> None:
    vault = _vault()
    vaults = Vaults([vault], NOW)
    assert vaults.recover(vaults.delete(vault, NOW)) is vault
    assert vaults.by_name("kv-one") is vault
    assert vaults.deleted(NOW) == ()


def test_purge_protection_leaves_it_to_the_end_of_the_retention() -> None:
    vault = _vault(purge_protection=True, soft_delete_retention_days=7)
    vaults = Vaults([vault], NOW)
    deleted = vaults.delete(vault, NOW)
    with pytest.raises(PurgeProtectedError):
        vaults.purge(deleted)
    assert vaults.deleted_by_name("KV-one", later(days=6, hours=23)) == deleted
    assert vaults.deleted_by_name("KV-one", later(days=7)) is None


def test_a_deletion_is_told() -> None:
    heard: list[tuple[str, datetime]] = []
    vault = _vault()
    vaults = Vaults([vault], NOW)
    vaults.on_deleted(lambda gone, at: heard.append((gone.name, at)))
    vaults.delete(vault, later(hours=1))
    assert heard == [("kv-one", later(hours=1))]


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["create", "delete", "recover", "purge"]),
            st.sampled_from(["kv-a", "KV-A", "kv-b"]),
            st.booleans(),
            st.integers(0, 5),
        ),
        max_size=30,
    )
)
def test_a_name_is_free_taken_or_kept_and_never_two_of_them(steps: list[tuple[str, str, bool, int]]) -> None:
    """The model knows for each name the day on which a deleted vault goes, None for one that lives."""
    vaults, model, day = Vaults([], NOW), dict[str, int | None](), 0
    for step, name, protected, days in steps:
        day, key = day + days, name.lower()
        now = later(days=day)
        model = {each: purged for each, purged in model.items() if purged is None or purged > day}
        live, gone = vaults.by_name(name), vaults.deleted_by_name(name, now)
        assert (live is not None, gone is not None) == (model.get(key, 0) is None, model.get(key) is not None)
        match step:
            case "create" if key in model:
                with pytest.raises(VaultExistsError):
                    vaults.create(_vault(name=name), now)
            case "create":
                vaults.create(_vault(name=name, purge_protection=protected, soft_delete_retention_days=7), now)
                model[key] = None
            case "delete" if live is not None:
                vaults.delete(live, now)
                model[key] = day + 7
            case "recover" if gone is not None:
                assert vaults.recover(gone).name.lower() == key
                model[key] = None
            case "purge" if gone is not None and gone.vault.purge_protection:
                with pytest.raises(PurgeProtectedError):
                    vaults.purge(gone)
            case "purge" if gone is not None:
                vaults.purge(gone)
                del model[key]
