from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())


def test_what_is_not_set_is_absent() -> None:
    assert shapes.attributes(VAULT, Attributes(created=1, updated=2)) == {
        "enabled": True,
        "created": 1,
        "updated": 2,
        "recoveryLevel": "Recoverable+Purgeable",
        "recoverableDays": 90,
    }
    assert shapes.tags(None) == {}


def test_what_is_set_is_there_as_whole_seconds() -> None:
    shape = shapes.attributes(VAULT, Attributes(created=1, updated=2, enabled=False, not_before=3, expires=4))
    assert (shape["nbf"], shape["exp"], shape["enabled"]) == (3, 4, False)
    assert shapes.tags((("a", "b"),)) == {"tags": {"a": "b"}}


def test_an_address_has_a_version_where_one_is_meant() -> None:
    assert shapes.address(VAULT, "keys", "K") == "https://kv-one.vault.azure.net/keys/K"
    assert shapes.address(VAULT, "keys", "K", "v") == "https://kv-one.vault.azure.net/keys/K/v"
