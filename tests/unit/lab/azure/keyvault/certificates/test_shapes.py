from cryptography.hazmat.primitives.serialization import Encoding

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion, Pending, Policy
from keyferry.lab.azure.keyvault.certificates import shapes
from keyferry.lab.azure.keyvault.planting import plant
from tests.fakes import lab_azure, vault_files

VAULT = plant(seed.parse(lab_azure.document()).vaults[0], PUBLIC, lab_azure.NOW, lab_azure.sources())
VERSION = CertificateVersion(
    id="v",
    der=vault_files.leaf().public_bytes(Encoding.DER),
    attributes=Attributes(created=1, updated=2, not_before=3, expires=4),
    content_type="application/x-pkcs12",
    preserve_order=True,
)
REQUEST = Pending(
    version="w", request_id="r", issuer="Self", ready=0, pem="pr1vate", csr=b"csr", policy=Policy(), preserve_order=True
)


def test_a_bundle_names_its_key_and_secret() -> None:
    shape = shapes.bundle(VAULT, Certificate(name="Site", policy=Policy()), VERSION)
    assert shape["kid"] == "https://kv-one.vault.azure.net/keys/Site/v"
    assert shape["sid"] == "https://kv-one.vault.azure.net/secrets/Site/v"
    assert (shape["preserveCertOrder"], len(shape["x5t"])) == (True, 27)
    assert "tags" not in shape


def test_lists_show_the_subject() -> None:
    certificate = Certificate(name="Site", policy=Policy(), versions={"v": VERSION})
    assert shapes.item(VAULT, certificate)["subject"] == "CN=brought.example"
    assert shapes.version_item(VAULT, certificate, VERSION)["id"].endswith("/Site/v")
    assert shapes.latest(VAULT, certificate)["id"].endswith("/Site/v")


def test_a_certificate_that_is_not_made_yet_has_neither_key_nor_secret() -> None:
    certificate = Certificate(name="Site", policy=Policy(created=5), pending=REQUEST)
    shape = shapes.latest(VAULT, certificate)
    assert shape["id"].endswith("/Site/w")
    assert (shape["attributes"]["enabled"], "kid" in shape) == (False, False)
    assert shapes.item(VAULT, certificate).keys() == {"id", "attributes"}


def test_a_request_shows_no_private_key() -> None:
    shape = shapes.pending(VAULT, Certificate(name="Site", policy=Policy()), REQUEST)
    assert shape["preserveCertOrder"] is True
    assert "pr1vate" not in str(shape) + repr(REQUEST)
