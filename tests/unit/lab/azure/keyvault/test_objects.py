from dataclasses import replace

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.objects import Vault, Version, plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

SEED = seed.parse(lab_azure.document()).vaults[0]


def _vault() -> Vault:
    return plant(SEED, PUBLIC, NOW, lab_azure.sources())


def test_plants_what_the_seed_declares() -> None:
    vault = _vault()
    assert vault.url == "https://kv-one.vault.azure.net"
    assert [version.value for version in vault.secrets["versioned"].versions.values()] == ["v1", "v2"]
    assert vault.secrets["versioned"].latest.value == "v2"
    latest = vault.secrets["db-password"].latest
    assert (latest.content_type, latest.tags) == ("text/plain", (("team", "a"),))
    assert latest.created == latest.updated == int(NOW.timestamp())


def test_random_values_have_their_length_and_differ() -> None:
    two = seed.parse(lab_azure.document()).vaults[1]
    made = [plant(two, PUBLIC, NOW, sources) for sources in [lab_azure.sources()] * 2]
    values = [vault.secrets["alone"].latest.value for vault in made]
    assert [len(value) for value in values] == [20, 20]
    assert values[0] != values[1]


def test_times_are_whole_seconds() -> None:
    document = lab_azure.document()
    document["vaults"][0]["secrets"] = {
        "a": {"value": "x", "expires": "2030-01-01T00:00:00Z", "notBefore": "2029-01-01T00:00:00Z"}
    }
    latest = plant(seed.parse(document).vaults[0], PUBLIC, NOW, lab_azure.sources()).secrets["a"].latest
    assert (latest.not_before, latest.expires) == (1861920000, 1893456000)


@pytest.mark.parametrize(
    ("days", "protected", "level"),
    [
        pytest.param(90, False, "Recoverable+Purgeable", id="default"),
        pytest.param(90, True, "Recoverable", id="protected"),
        pytest.param(7, False, "CustomizedRecoverable+Purgeable", id="short"),
        pytest.param(7, True, "CustomizedRecoverable", id="short-and-protected"),
    ],
)
def test_recovery_level(days: int, protected: bool, level: str) -> None:
    given = replace(SEED, soft_delete_retention_days=days, purge_protection=protected)
    assert plant(given, PUBLIC, NOW, lab_azure.sources()).recovery_level == level


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
