import base64

from cryptography.hazmat.primitives.serialization import Encoding

from tests.fakes import vault_files
from tests.fakes.lab_azure import later
from tests.fakes.lab_vault import Vault


def test_a_declared_certificate_is_there_with_its_key_and_secret() -> None:
    vault = Vault(certificates={"site": {"subject": "CN=a", "issued": "2026-11-01T00:00:00Z", "tags": {"a": "b"}}})
    made = vault.json("GET", "/certificates/site")
    assert (made["policy"]["x509_props"]["subject"], made["tags"]) == ("CN=a", {"a": "b"})
    assert made["attributes"]["nbf"] == 1793490600
    assert vault.json("GET", "/secrets/site")["id"] == made["sid"]
    assert vault.json("GET", "/keys/site")["managed"] is True


def test_it_is_renewed_if_the_seed_says_so() -> None:
    vault = Vault(certificates={"a": {"renewPercent": 50}, "b": {}})
    for name, versions in (("a", 2), ("b", 1)):
        listed = vault.json("GET", f"/certificates/{name}/versions", now=later(days=200))
        assert len(listed["value"]) == versions


def test_one_that_is_brought_says_what_it_says() -> None:
    vault = Vault(certificates={"site": {"pem": vault_files.pem_file().decode()}})
    made = vault.json("GET", "/certificates/site")
    assert made["cer"] == base64.b64encode(vault_files.leaf().public_bytes(Encoding.DER)).decode()
    assert made["policy"]["issuer"] == {"name": "Unknown"}
    assert made["policy"]["x509_props"]["subject"] == "CN=brought.example"
