from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.azure.keyvault.secrets import shapes
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, NOW, lab_azure.sources())
TIMES = Attributes(created=1, updated=2)
PLAIN = SecretVersion(id="v1", value="x", attributes=TIMES)
FULL = SecretVersion(id="v2", value="y", attributes=TIMES, content_type="t", tags=(("a", "b"),), previous="v1")
SECRET = Secret(name="Name", versions={"v1": PLAIN, "v2": FULL})
MANAGED = Secret(name="Name", versions={"v1": PLAIN, "v2": FULL}, managed=True)


def test_what_is_not_set_is_absent() -> None:
    shape = shapes.bundle(VAULT, SECRET, PLAIN)
    assert shape.keys() == {"value", "id", "attributes"}
    assert (shape["value"], shape["id"]) == ("x", "https://kv-one.vault.azure.net/secrets/Name/v1")


def test_a_list_shows_the_latest_without_version_or_value() -> None:
    shape = shapes.item(VAULT, SECRET)
    assert shape.keys() == {"id", "attributes", "contentType", "tags"}
    assert (shape["id"], shape["contentType"]) == ("https://kv-one.vault.azure.net/secrets/Name", "t")
    assert shapes.version_item(VAULT, SECRET, PLAIN)["id"].endswith("/Name/v1")


def test_a_certificate_s_secret_says_so() -> None:
    shape = shapes.properties(VAULT, MANAGED, FULL)
    assert (shape["managed"], shape["kid"]) == (True, "https://kv-one.vault.azure.net/keys/Name/v2")
    assert shape["previousVersion"] == "v1"
    assert shapes.item(VAULT, MANAGED)["managed"] is True
