import base64
from typing import Any

import pytest

from tests.fakes import vault_files
from tests.fakes.lab_vault import Vault

POLICY = {"x509_props": {"subject": "CN=a"}, "key_props": {"kty": "EC"}, "issuer": {"name": "Self"}}
CREATE = "/certificates/site/create"
IMPORT = "/certificates/site/import"
BROUGHT = {"value": base64.b64encode(vault_files.pkcs12_file()).decode()}


def test_a_creation_is_accepted_and_says_where_to_look() -> None:
    response = Vault().call("POST", CREATE, {"policy": POLICY})
    assert response.status == 202
    location = dict(response.headers)["Location"]
    assert location.startswith("https://kv-one.vault.azure.net/certificates/site/pending?api-version=2026-04-01&req")


def test_a_second_version_needs_no_policy() -> None:
    vault = Vault()
    vault.json("POST", CREATE, {"policy": POLICY, "attributes": {"enabled": False}, "tags": {"a": "b"}})
    first = vault.json("GET", "/certificates/site")
    assert (first["attributes"]["enabled"], first["tags"]) == (False, {"a": "b"})
    vault.json("POST", CREATE, {})
    assert vault.json("GET", "/certificates/site")["id"] != first["id"]


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(None, id="none"),
        pytest.param({**POLICY, "x509_props": {}}, id="nobody-named"),
        pytest.param({**POLICY, "issuer": {"name": "ca"}}, id="unknown-issuer"),
        pytest.param({**POLICY, "issuer": {"name": "off"}}, id="disabled-issuer"),
        pytest.param({**POLICY, "key_props": {"kty": "EC-HSM", "exportable": False}}, id="hsm-in-a-standard-vault"),
    ],
)
def test_refuses_a_policy(policy: dict[str, Any] | None) -> None:
    vault = Vault()
    vault.json("PUT", "/certificates/issuers/off", {"provider": "Test", "attributes": {"enabled": False}})
    assert vault.refused("POST", CREATE, {"policy": policy})[:2] == (400, "BadParameter")


def test_an_hsm_key_is_never_exported() -> None:
    vault = Vault(sku="premium")
    hsm = {**POLICY, "key_props": {"kty": "EC-HSM", "exportable": True}}
    assert vault.refused("POST", CREATE, {"policy": hsm})[:2] == (400, "BadParameter")
    vault.json("POST", CREATE, {"policy": {**hsm, "key_props": {"kty": "EC-HSM", "exportable": False}}})
    assert vault.json("GET", "/keys/site")["key"]["kty"] == "EC-HSM"


@pytest.mark.parametrize(
    ("before", "status", "inner"),
    [
        pytest.param([("PUT", "/secrets/site", {"value": "x"})], 409, "", id="a-secret-has-the-name"),
        pytest.param([("POST", "/keys/site/create", {"kty": "EC"})], 409, "", id="a-key-has-the-name"),
        pytest.param(
            [("PUT", "/secrets/site", {"value": "x"}), ("DELETE", "/secrets/site", None)],
            409,
            "ObjectIsDeletedButRecoverable",
            id="a-deleted-secret-has-the-name",
        ),
        pytest.param(
            [("POST", CREATE, {"policy": {**POLICY, "issuer": {"name": "Unknown"}}})], 409, "", id="a-request-is-open"
        ),
    ],
)
@pytest.mark.parametrize(("path", "body"), [(CREATE, {"policy": POLICY}), (IMPORT, BROUGHT)])
def test_the_name_must_be_free(
    before: list[tuple[str, str, Any]], status: int, inner: str, path: str, body: dict[str, Any]
) -> None:
    vault = Vault()
    for method, earlier, content in before:
        vault.call(method, earlier, content)
    refused = vault.refused("POST", path, body)
    assert (refused[0], refused[2]) == (status, inner)


def test_an_import_takes_the_place_of_an_ended_request() -> None:
    vault = Vault()
    vault.json("POST", CREATE, {"policy": POLICY})
    assert "pending" in vault.json("GET", "/certificates/site")
    assert "pending" not in vault.json("POST", IMPORT, BROUGHT)
    assert vault.refused("GET", "/certificates/site/pending")[1] == "PendingCertificateNotFound"


def test_where_no_issuer_is_said_somebody_must_merge() -> None:
    made = Vault().json("POST", CREATE, {"policy": {"x509_props": {"subject": "CN=a"}, "key_props": {"kty": "EC"}}})
    assert made["issuer"] == {"name": "Unknown"}


def test_an_import_s_policy_says_what_the_certificate_says() -> None:
    vault = Vault()
    made = vault.json("POST", IMPORT, {**BROUGHT, "tags": {"a": "b"}, "preserveCertOrder": True})
    policy = made["policy"]
    assert (policy["issuer"], policy["key_props"]["crv"]) == ({"name": "Unknown"}, "P-256")
    assert (policy["x509_props"]["subject"], policy["x509_props"]["validity_months"]) == ("CN=brought.example", 3)
    assert (made["tags"], made["preserveCertOrder"]) == ({"a": "b"}, True)
    again = vault.json("POST", IMPORT, BROUGHT)
    assert again["id"] != made["id"]


def test_an_import_without_a_policy_goes_by_what_is_brought() -> None:
    vault = Vault()
    pem = {"value": base64.b64encode(vault_files.pem_file()).decode()}
    pkcs12 = {"value": base64.b64encode(vault_files.pkcs12_file()).decode()}
    kept = [vault.json("POST", IMPORT, each)["policy"]["secret_props"]["contentType"] for each in (pem, pkcs12)]
    assert kept == [vault_files.PEM, vault_files.PEM]
    assert vault.json("POST", "/certificates/other/import", pkcs12)["contentType"] == vault_files.PKCS12


def test_a_policy_counts_for_what_comes() -> None:
    vault = Vault()
    vault.json("POST", CREATE, {"policy": POLICY})
    changed = vault.json("PATCH", "/certificates/site/policy", {"x509_props": {"validity_months": 1}})
    assert changed["x509_props"]["validity_months"] == 1
    assert vault.json("GET", "/certificates/site/policy") == changed
    vault.json("POST", CREATE, {})
    assert vault.json("PATCH", "/certificates/site/policy", {"issuer": {"name": "Self"}}) == changed
    assert vault.refused("PATCH", "/certificates/site/policy", {"issuer": {"name": "ca"}})[:2] == (400, "BadParameter")


def test_a_policy_counts_before_the_first_version_is_made() -> None:
    vault = Vault()
    vault.json("POST", CREATE, {"policy": {**POLICY, "issuer": {"name": "Unknown"}}})
    changed = vault.json("PATCH", "/certificates/site/policy", {"x509_props": {"validity_months": 1}})
    assert changed["x509_props"]["validity_months"] == 1


@pytest.mark.parametrize(
    ("deleted", "refusals"),
    [
        pytest.param(False, {"SecretManagedByKeyVault", "KeyManagedByKeyVault"}, id="requested"),
        pytest.param(True, {"ObjectIsDeletedButRecoverable"}, id="requested-and-deleted"),
    ],
)
def test_a_name_is_a_certificate_s_from_the_request_on(deleted: bool, refusals: set[str]) -> None:
    vault = Vault()
    vault.json("PUT", "/secrets/other", {"value": "x"})
    vault.json("POST", CREATE, {"policy": {**POLICY, "issuer": {"name": "Unknown"}}})
    if deleted:
        vault.json("DELETE", "/certificates/site")
    found = {
        vault.refused("PUT", "/secrets/site", {"value": "x"})[2],
        vault.refused("POST", "/keys/site/create", {"kty": "EC"})[2],
    }
    assert found == refusals
