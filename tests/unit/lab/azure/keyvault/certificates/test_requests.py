from typing import Any

import pytest

from tests.fakes.lab_azure import later
from tests.fakes.lab_vault import Vault

POLICY = {
    "x509_props": {"subject": "CN=a", "validity_months": 12},
    "key_props": {"kty": "EC"},
    "issuer": {"name": "Self"},
}


def _create(vault: Vault, policy: dict[str, Any] | None = None, **settings: Any) -> Any:
    return vault.json("POST", "/certificates/site/create", {"policy": policy or POLICY}, **settings)


def test_a_request_takes_as_long_as_the_knob_says() -> None:
    vault = Vault(lab={"certificateSeconds": 60})
    assert _create(vault)["status"] == "inProgress"
    assert vault.json("GET", "/certificates/site/pending", now=later(seconds=59))["status"] == "inProgress"
    early = vault.json("GET", "/certificates/site", now=later(seconds=59))
    assert (early["attributes"]["enabled"], "sid" in early, "cer" in early) == (False, False, False)
    assert vault.refused("GET", "/secrets/site", now=later(seconds=59)) == (404, "SecretNotFound", "")
    done = vault.json("GET", "/certificates/site/pending", now=later(seconds=60))
    assert (done["status"], done["target"]) == ("completed", "https://kv-one.vault.azure.net/certificates/site")
    made = vault.json("GET", "/certificates/site", now=later(seconds=60))
    assert made["id"] == early["id"]


def test_a_certificate_is_renewed_once_when_its_time_comes() -> None:
    vault = Vault()
    _create(vault)
    first = vault.json("GET", "/certificates/site")
    before = vault.json("GET", "/certificates/site/versions", now=later(days=291))["value"]
    assert len(before) == 1
    renewed = vault.json("GET", "/certificates/site", now=later(days=293))
    assert renewed["id"] != first["id"]
    assert len(vault.json("GET", "/certificates/site/versions", now=later(days=294))["value"]) == 2
    assert len(vault.json("GET", "/secrets/site/versions", now=later(days=294))["value"]) == 2


@pytest.mark.parametrize(("reuse", "same"), [(True, True), (False, False)])
def test_a_policy_may_keep_the_key(reuse: bool, same: bool) -> None:
    vault = Vault()
    _create(vault, {**POLICY, "key_props": {"kty": "EC", "reuse_key": reuse, "crv": "P-256"}})
    first = vault.json("GET", "/keys/site")["key"]
    _create(vault, {"key_props": {"crv": "P-384"}})
    second = vault.json("GET", "/keys/site")["key"]
    assert (first["x"] == second["x"]) is same


def test_a_cancelled_request_ends_so() -> None:
    vault = Vault(lab={"certificateSeconds": 60})
    _create(vault)
    asked = vault.json("PATCH", "/certificates/site/pending", {"cancellation_requested": True})
    assert (asked["status"], asked["cancellation_requested"]) == ("inProgress", True)
    assert vault.json("GET", "/certificates/site/pending")["status"] == "cancelled"
    assert vault.json("GET", "/certificates/site/pending", now=later(days=1))["status"] == "cancelled"


def test_a_renewal_waits_for_the_request_under_way() -> None:
    vault = Vault(lab={"certificateSeconds": 30 * 24 * 3600})
    _create(vault)
    assert vault.json("GET", "/certificates/site/pending", now=later(days=30))["status"] == "completed"
    asked = vault.json("POST", "/certificates/site/create", {}, now=later(days=315))
    pending = vault.json("GET", "/certificates/site/pending", now=later(days=330))
    assert (pending["status"], pending["request_id"]) == ("inProgress", asked["request_id"])
    assert len(vault.json("GET", "/certificates/site/versions", now=later(days=346))["value"]) == 2


def test_an_issuer_of_the_vault_signs_with_its_own_authority() -> None:
    vault = Vault()
    vault.json("PUT", "/certificates/issuers/ca", {"provider": "Test"})
    _create(
        vault,
        {**POLICY, "issuer": {"name": "CA"}, "secret_props": {"contentType": "application/x-pem-file"}},
    )
    assert vault.json("GET", "/secrets/site")["value"].count("BEGIN CERTIFICATE") == 2
