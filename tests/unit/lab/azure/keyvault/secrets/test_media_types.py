import base64
from typing import Any

import pytest

from tests.fakes import vault_files
from tests.fakes.lab_vault import Vault
from tests.fakes.vault_files import PEM, PKCS12


def _vault(content_type: str, exportable: bool = True) -> Vault:
    vault = Vault()
    pem = content_type == PEM
    value = vault_files.pem_file() if pem else vault_files.pkcs12_file("P-256", vault_files.leaf("P-384"))
    policy: dict[str, Any] = {"secret_props": {"contentType": content_type}, "key_props": {"exportable": exportable}}
    vault.json("POST", "/certificates/site/import", {"value": base64.b64encode(value).decode(), "policy": policy})
    return vault


@pytest.mark.parametrize(("exportable", "keys", "certificates"), [(True, 1, 2), (False, 0, 2)])
def test_pkcs12_is_given_as_pem(exportable: bool, keys: int, certificates: int) -> None:
    secret = _vault(PKCS12, exportable).json("GET", "/secrets/site", outContentType=PEM)
    assert secret["contentType"] == PEM
    assert secret["value"].count("BEGIN PRIVATE KEY") == keys
    assert secret["value"].count("BEGIN CERTIFICATE") == certificates


@pytest.mark.parametrize("content_type", [PEM, PKCS12])
def test_it_is_given_as_it_is(content_type: str) -> None:
    vault = _vault(content_type)
    plain = vault.json("GET", "/secrets/site")
    assert vault.json("GET", "/secrets/site", outContentType=content_type) == plain


@pytest.mark.parametrize("wanted", [PKCS12, "text/plain"])
def test_it_cannot_be_had_so(wanted: str) -> None:
    assert _vault(PEM).refused("GET", "/secrets/site", outContentType=wanted)[:2] == (400, "BadParameter")


def test_older_versions_and_plain_secrets_do_not_know_it() -> None:
    vault = _vault(PKCS12)
    query = {"outContentType": PEM, "api-version": "7.6"}
    assert vault.json("GET", "/secrets/site", **query)["contentType"] == PKCS12
    assert vault.json("GET", "/secrets/db-password", outContentType=PEM)["value"] == "first"


def test_the_version_before_is_told_by_newer_versions_alone() -> None:
    vault = _vault(PKCS12)
    first = vault.json("GET", "/secrets/site")
    assert "previousVersion" not in first
    value = base64.b64encode(vault_files.pkcs12_file()).decode()
    vault.json("POST", "/certificates/site/import", {"value": value})
    assert vault.json("GET", "/secrets/site")["previousVersion"] == first["id"].rpartition("/")[2]
    assert "previousVersion" not in vault.json("GET", "/secrets/site", **{"api-version": "7.6"})
