from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.objects import Objects, Version
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

SEED = seed.parse(lab_azure.document()).vaults[0]


def _vault() -> Objects:
    return plant(SEED, PUBLIC, NOW, lab_azure.sources()).objects


def test_a_deleted_secret_comes_back_whole() -> None:
    vault = _vault()
    secret = vault.secrets["versioned"]
    deleted = vault.delete(secret, NOW)
    assert "versioned" not in vault.secrets
    assert vault.recover(deleted) is secret
    assert vault.secrets["versioned"] is secret
    assert vault.deleted == {}


def test_a_deleted_secret_is_gone_after_the_retention() -> None:
    vault = _vault()
    vault.delete(vault.secrets["off"], NOW)
    vault.expire(later(days=90, seconds=-1))
    assert "off" in vault.deleted
    vault.expire(later(days=90))
    assert vault.deleted == {}


def test_a_name_stays_as_first_written() -> None:
    vault = _vault()
    version = Version(id="v", value="x", created=0, updated=0)
    assert vault.add("DB-PASSWORD", version).name == "db-password"
    assert "x" not in repr(version).replace("expires", "")
