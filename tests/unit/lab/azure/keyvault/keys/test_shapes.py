from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.key import Key, KeyVersion
from keyferry.lab.azure.keyvault.keys import shapes
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, lab_azure.NOW, lab_azure.sources())
VERSION = KeyVersion(
    id="v",
    type="EC",
    pem="pr1vate",
    public=(("crv", "P-256"), ("x", "X"), ("y", "Y")),
    operations=("sign",),
    attributes=Attributes(created=1, updated=2),
)


def test_a_bundle_has_public_numbers_alone() -> None:
    shape = shapes.bundle(VAULT, Key(name="K", versions={"v": VERSION}), VERSION)
    assert shape["key"] == {
        "kid": "https://kv-one.vault.azure.net/keys/K/v",
        "kty": "EC",
        "key_ops": ["sign"],
        "crv": "P-256",
        "x": "X",
        "y": "Y",
    }
    assert "managed" not in shape
    assert shape["attributes"]["exportable"] is False


def test_lists_show_no_numbers() -> None:
    key = Key(name="K", versions={"v": VERSION}, managed=True)
    assert shapes.item(VAULT, key).keys() == {"kid", "attributes", "managed"}
    assert shapes.version_item(VAULT, key, VERSION)["kid"].endswith("/K/v")
    assert shapes.deleted_bundle(VAULT, key)["key"]["kid"].endswith("/K/v")
