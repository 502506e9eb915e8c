from typing import Any

import pytest

from keyferry.lab.azure.keyvault.keys import numbers
from keyferry.lab.azure.private_keys import load
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later
from tests.fakes.lab_vault import Vault, base64url

SECONDS = int(NOW.timestamp())


def _create(vault: Vault, name: str = "a", **body: Any) -> Any:
    return vault.json("POST", f"/keys/{name}/create", {"kty": "EC", **body})


def _web_key(spec: str = "P-256") -> dict[str, Any]:
    key = load(lab_azure.private_key(spec))
    private = key.private_numbers().private_value  # type: ignore[union-attr]  # these are keys of curves
    return {"kty": "EC", **dict(numbers.public(key)), "d": base64url(private.to_bytes(66, "big"))}


def test_a_new_version_each_time() -> None:
    vault = Vault()
    first, second = _create(vault, tags={"a": "b"}, attributes={"exp": SECONDS + 9}), _create(vault, "A", crv="P-384")
    assert first["key"]["kid"] != second["key"]["kid"]
    assert (first["tags"], first["attributes"]["exp"]) == ({"a": "b"}, SECONDS + 9)
    assert second["key"]["kid"].startswith("https://kv-one.vault.azure.net/keys/a/")
    kids = [each["kid"] for each in vault.json("GET", "/keys/a/versions")["value"]]
    assert kids == sorted([first["key"]["kid"], second["key"]["kid"]])
    assert [each["kid"] for each in vault.json("GET", "/keys")["value"]] == ["https://kv-one.vault.azure.net/keys/a"]


def test_an_imported_key_is_that_key() -> None:
    vault = Vault()
    imported = vault.json("PUT", "/keys/a", {"key": {**_web_key(), "key_ops": ["sign"]}})
    assert imported["key"]["x"] == _web_key()["x"]
    assert imported["key"]["key_ops"] == ["sign"]
    assert "d" not in imported["key"]


def test_a_premium_vault_holds_hsm_keys() -> None:
    vault = Vault(sku="premium")
    assert vault.json("PUT", "/keys/a", {"key": _web_key(), "Hsm": True})["key"]["kty"] == "EC-HSM"
    assert vault.json("POST", "/keys/a/rotate")["key"]["kty"] == "EC-HSM"


def test_update_changes_what_it_says_alone() -> None:
    vault = Vault()
    kid = _create(vault, tags={"a": "b"})["key"]["kid"]
    updated = vault.json("PATCH", kid, {"attributes": {"enabled": False}}, now=later(seconds=5))
    assert (updated["tags"], updated["attributes"]["enabled"]) == ({"a": "b"}, False)
    assert updated["attributes"]["updated"] == SECONDS + 5
    assert vault.json("PATCH", "/keys/a", {"key_ops": ["verify"], "tags": {}})["key"]["key_ops"] == ["verify"]
    assert vault.refused("PATCH", "/keys/a", {"key_ops": ["wrapKey"]})[:2] == (400, "BadParameter")
    assert vault.json("GET", kid)["attributes"]["enabled"] is False


def test_a_key_goes_and_comes_back() -> None:
    vault = Vault()
    kid = _create(vault)["key"]["kid"]
    gone = vault.json("DELETE", "/keys/a")
    assert (gone["recoveryId"], gone["key"]["kid"]) == ("https://kv-one.vault.azure.net/deletedkeys/a", kid)
    assert vault.refused("GET", "/keys/a") == (404, "KeyNotFound", "")
    assert vault.refused("POST", "/keys/a/create", {"kty": "EC"})[2] == "ObjectIsDeletedButRecoverable"
    assert [each["kid"] for each in vault.json("GET", "/deletedkeys")["value"]] == [kid.rpartition("/")[0]]
    assert vault.json("GET", "/deletedkeys/a")["key"]["kid"] == kid
    assert vault.json("POST", "/deletedkeys/a/recover")["key"]["kid"] == kid
    vault.json("DELETE", "/keys/a")
    assert vault.call("DELETE", "/deletedkeys/a").status == 204
    assert vault.refused("GET", "/deletedkeys/a") == (404, "KeyNotFound", "")


def test_a_backup_holds_every_version() -> None:
    vault = Vault()
    _create(vault)
    kid = _create(vault)["key"]["kid"]
    value = vault.json("POST", "/keys/a/backup")["value"]
    assert vault.refused("POST", "/keys/restore", {"value": value})[:2] == (409, "Conflict")
    vault.json("DELETE", "/keys/a")
    vault.call("DELETE", "/deletedkeys/a")
    assert vault.json("POST", "/keys/restore", {"value": value})["key"]["kid"] == kid
    assert len(vault.json("GET", "/keys/a/versions")["value"]) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/keys/none/rotate"),
        ("PATCH", "/keys/none"),
        ("DELETE", "/keys/none"),
        ("POST", "/keys/none/backup"),
        ("GET", "/keys/none/rotationpolicy"),
        ("GET", "/keys/none/versions"),
        ("POST", "/deletedkeys/none/recover"),
        ("DELETE", "/deletedkeys/none"),
        ("POST", "/keys/none/sign"),
    ],
)
def test_there_is_no_such_key(method: str, path: str) -> None:
    assert Vault().refused(method, path, {})[:2] == (404, "KeyNotFound")
