from dataclasses import replace
from datetime import timedelta

from keyferry.lab.azure import clouds
from keyferry.lab.azure.persistence import codec, estate
from keyferry.lab.azure.seed import Seed
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW


def test_each_table_has_a_name_of_its_own() -> None:
    names = [table.name for table in estate.tables(lab_azure.azure())]
    assert len(set(names)) == len(names)


def test_delays_and_fading_assignments_survive() -> None:
    azure, other = lab_azure.azure(), lab_azure.azure()
    azure.assignments.delay = timedelta(minutes=10)
    first = next(iter(azure.assignments.in_force))
    azure.assignments.delete(first, NOW)
    azure.keyvault.revocations.revoke(NOW, "kv-one")
    for source, target in zip(estate.tables(azure), estate.tables(other), strict=True):
        target.take({name: codec.decode(codec.encode(row), target.type) for name, row in source.rows().items()})
    assert other.assignments.delay == timedelta(minutes=10)
    assert other.assignments.fading == azure.assignments.fading
    assert first not in other.assignments.in_force
    assert other.keyvault.revocations.given == azure.keyvault.revocations.given


def test_a_vault_has_the_cloud_that_there_is() -> None:
    azure = lab_azure.azure()
    table = next(table for table in estate.tables(azure) if table.name == "vaults")
    table.take({name: codec.decode(codec.encode(row), table.type) for name, row in table.rows().items()})
    vault = azure.vaults.by_name("kv-one")
    assert vault is not None
    assert vault.cloud is clouds.PUBLIC


def test_a_seed_has_the_clouds_that_there_are() -> None:
    seed = lab_azure.declared()
    read = estate.restored_seed(codec.decode(codec.encode(seed), Seed))
    assert read == seed
    assert read.tenants[0].cloud is clouds.PUBLIC
    odd = replace(seed.tenants[0], cloud=replace(clouds.PUBLIC, name="AzureMoonCloud"))
    assert estate.restored_seed(replace(seed, tenants=(odd,))).tenants == (odd,)
