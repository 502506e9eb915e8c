import pytest

from tests.fakes.lab_azure import NOW, later
from tests.fakes.lab_vault import Vault

SECONDS = int(NOW.timestamp())
ISSUER = {
    "provider": "DigiCert",
    "credentials": {"account_id": "me", "pwd": "pa55"},
    "org_details": {"id": "org", "admin_details": [{"email": "a@b.example", "first_name": "A"}]},
    "attributes": {"enabled": False},
}


def test_an_issuer_s_life() -> None:
    vault = Vault()
    made = vault.json("PUT", "/certificates/issuers/Ca", ISSUER)
    assert made == {
        "id": "https://kv-one.vault.azure.net/certificates/issuers/Ca",
        "provider": "DigiCert",
        "credentials": {"account_id": "me"},
        "org_details": ISSUER["org_details"],
        "attributes": {"enabled": False, "created": SECONDS, "updated": SECONDS},
    }
    assert vault.json("GET", "/certificates/issuers/ca") == made
    changed = vault.json("PATCH", "/certificates/issuers/ca", {"attributes": {"enabled": True}}, now=later(seconds=5))
    assert changed == {**made, "attributes": {"enabled": True, "created": SECONDS, "updated": SECONDS + 5}}
    listed = vault.json("GET", "/certificates/issuers")
    assert listed["value"] == [{"id": made["id"], "provider": "DigiCert"}]
    assert vault.json("DELETE", "/certificates/issuers/CA")["provider"] == "DigiCert"
    assert vault.refused("GET", "/certificates/issuers/ca") == (404, "CertificateIssuerNotFound", "")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("ca", {}, id="no-provider"),
        pytest.param("ca", {"provider": "Me"}, id="unknown-provider"),
        pytest.param("Self", ISSUER, id="reserved"),
    ],
)
def test_refuses(name: str, body: object) -> None:
    assert Vault().refused("PUT", f"/certificates/issuers/{name}", body)[:2] == (400, "BadParameter")
