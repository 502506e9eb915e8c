from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.objects import Secret, Version
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
PLAIN = Version(id="v1", value="x", created=1, updated=2)
FULL = Version(
    id="v2",
    value="y",
    created=1,
    updated=2,
    not_before=3,
    expires=4,
    content_type="t",
    tags=(("a", "b"),),
    enabled=False,
)
SECRET = Secret(name="Name", versions={"v1": PLAIN, "v2": FULL})


def test_what_is_not_set_is_absent() -> None:
    assert shapes.bundle(VAULT, SECRET, PLAIN) == {
        "value": "x",
        "id": "https://kv-one.vault.azure.net/secrets/Name/v1",
        "attributes": {
            "enabled": True,
            "created": 1,
            "updated": 2,
            "recoveryLevel": "Recoverable+Purgeable",
            "recoverableDays": 90,
        },
    }


def test_what_is_set_is_there_as_whole_seconds() -> None:
    shape = shapes.properties(VAULT, SECRET, FULL)
    assert "value" not in shape
    assert (shape["contentType"], shape["tags"]) == ("t", {"a": "b"})
    assert (shape["attributes"]["nbf"], shape["attributes"]["exp"], shape["attributes"]["enabled"]) == (3, 4, False)


def test_a_list_shows_the_latest_without_its_version() -> None:
    shape = shapes.item(VAULT, SECRET)
    assert shape["id"] == "https://kv-one.vault.azure.net/secrets/Name"
    assert shape["attributes"]["exp"] == 4


def test_a_deleted_secret_says_how_it_comes_back() -> None:
    gone = VAULT.objects.delete(VAULT.objects.secrets["off"], NOW)
    for shape in (shapes.deleted(VAULT, gone), shapes.deleted_item(VAULT, gone)):
        assert shape["recoveryId"] == "https://kv-one.vault.azure.net/deletedsecrets/off"
        assert shape["scheduledPurgeDate"] - shape["deletedDate"] == 90 * 24 * 3600
        assert "value" not in shape
    assert shapes.deleted(VAULT, gone)["id"].count("/") == shapes.deleted_item(VAULT, gone)["id"].count("/") + 1
