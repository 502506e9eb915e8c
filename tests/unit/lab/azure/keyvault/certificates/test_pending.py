import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.fakes import vault_files
from tests.fakes.lab_vault import URL, Vault

POLICY = {"x509_props": {"subject": "CN=a"}, "key_props": {"kty": "EC"}, "issuer": {"name": "Unknown"}}
PENDING = "/certificates/site/pending"


def _begun(issuer: str = "Unknown", **vault: Any) -> tuple[Vault, bytes]:
    made = Vault(**vault)
    request = made.json(
        "POST", "/certificates/site/create", {"policy": {**POLICY, "issuer": {"name": issuer}}, "tags": {"a": "b"}}
    )
    return made, base64.b64decode(request["csr"])


def _x5c(*ders: bytes) -> dict[str, Any]:
    return {"x5c": [base64.b64encode(der).decode() for der in ders]}


def test_what_was_signed_for_the_request_is_merged() -> None:
    vault, request = _begun()
    other = vault_files.leaf("P-384").public_bytes(Encoding.DER)
    signed = vault_files.signed(request)
    response = vault.call("POST", f"{PENDING}/merge", _x5c(other, signed))
    assert response.status == 201
    assert dict(response.headers)["Location"] == f"{URL}/certificates/site?api-version=2026-04-01"
    made = vault.json("GET", "/certificates/site")
    assert (made["cer"], made["tags"]) == (base64.b64encode(signed).decode(), {"a": "b"})
    assert vault.json("GET", PENDING)["status"] == "completed"
    assert vault.refused("POST", f"{PENDING}/merge", _x5c(other))[:2] == (403, "Forbidden")
    assert vault.refused("PATCH", PENDING, {"cancellation_requested": True})[:2] == (400, "BadParameter")


def test_a_merge_may_change_tags_and_disable() -> None:
    vault, request = _begun()
    body = {**_x5c(vault_files.signed(request)), "tags": {"c": "d"}, "attributes": {"enabled": False}}
    merged = vault.json("POST", f"{PENDING}/merge", body)
    assert (merged["tags"], merged["attributes"]["enabled"]) == ({"c": "d"}, False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"x5c": ["*"]}, id="not-base64"),
        pytest.param(_x5c(b"x"), id="no-certificate"),
        pytest.param(_x5c(vault_files.leaf("P-384").public_bytes(Encoding.DER)), id="of-another-key"),
    ],
)
def test_refuses_to_merge(body: dict[str, Any]) -> None:
    vault, _ = _begun()
    assert vault.refused("POST", f"{PENDING}/merge", body)[:2] == (400, "BadParameter")


def test_nobody_merges_what_an_issuer_answers() -> None:
    vault, request = _begun("Self", lab={"certificateSeconds": 60})
    assert vault.refused("POST", f"{PENDING}/merge", _x5c(vault_files.signed(request)))[:2] == (403, "Forbidden")


def test_what_an_issuer_no_longer_answers_is_merged() -> None:
    vault, request = _begun("Self", lab={"certificateSeconds": 60})
    vault.json("PATCH", PENDING, {"cancellation_requested": True})
    assert vault.call("POST", f"{PENDING}/merge", _x5c(vault_files.signed(request))).status == 201


def test_a_request_is_known_by_its_id() -> None:
    vault, _ = _begun()
    request_id = vault.json("GET", PENDING)["request_id"]
    assert vault.json("GET", PENDING, request_id=request_id)["request_id"] == request_id
    assert vault.refused("GET", PENDING, request_id="0" * 32) == (404, "PendingCertificateNotFound", "")


def test_a_forgotten_first_request_leaves_a_certificate_without_a_version() -> None:
    vault, _ = _begun()
    vault.json("DELETE", PENDING)
    assert vault.refused("GET", PENDING) == (404, "PendingCertificateNotFound", "")
    left = vault.json("GET", "/certificates/site")
    assert (left["id"], "pending" in left, "sid" in left) == (f"{URL}/certificates/site", False, False)
    listed = vault.json("GET", "/certificates", includePending="true")["value"]
    assert ([each["id"] for each in listed], vault.json("GET", "/certificates")["value"]) == ([left["id"]], [])
    vault.json("POST", "/certificates/site/create", {})
    vault.json("DELETE", "/certificates/site")
    assert vault.call("DELETE", "/deletedcertificates/site").status == 204


def test_a_forgotten_later_request_leaves_what_was_made() -> None:
    vault = Vault()
    vault.json("POST", "/certificates/site/create", {"policy": {**POLICY, "issuer": {"name": "Self"}}})
    first = vault.json("GET", "/certificates/site")
    vault.json("POST", "/certificates/site/create", {"policy": {"issuer": {"name": "Unknown"}, "lifetime_actions": []}})
    vault.json("DELETE", PENDING)
    assert vault.json("GET", "/certificates/site")["id"] == first["id"]


def test_a_cancellation_says_yes_or_no() -> None:
    vault, _ = _begun()
    assert vault.refused("PATCH", PENDING, {})[:2] == (400, "BadParameter")
    assert vault.json("PATCH", PENDING, {"cancellation_requested": False})["cancellation_requested"] is False
