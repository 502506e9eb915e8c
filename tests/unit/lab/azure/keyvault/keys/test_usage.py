from typing import Any

import pytest

from tests.fakes.lab_azure import NOW, later
from tests.fakes.lab_vault import Vault, base64url, digest

SECONDS = int(NOW.timestamp())
SIGN = {"alg": "ES256", "value": digest()}
SEAL = {"alg": "RSA-OAEP", "value": base64url(b"plain")}


def _key(vault: Vault, kty: str = "EC", **settings: Any) -> str:
    path = vault.json("POST", "/keys/a/create", {"kty": kty, **settings})["key"]["kid"]
    assert isinstance(path, str)
    return path


def test_signs_and_verifies() -> None:
    vault = Vault()
    kid = _key(vault)
    signed = vault.json("POST", f"{kid}/sign", SIGN)
    assert signed["kid"] == kid
    body = {"alg": "ES256", "digest": digest(), "value": signed["value"]}
    assert vault.json("POST", f"{kid}/verify", body) == {"value": True}
    assert vault.json("POST", "/keys/a//verify", {**body, "digest": digest(content=b"x")}) == {"value": False}


@pytest.mark.parametrize(
    ("seal", "open_"), [("encrypt", "decrypt"), ("wrapkey", "unwrapkey"), ("wrapKey", "unwrapKey")]
)
def test_what_is_sealed_can_be_opened(seal: str, open_: str) -> None:
    vault = Vault()
    kid = _key(vault, "RSA")
    sealed = vault.json("POST", f"{kid}/{seal}", SEAL)
    opened = vault.json("POST", f"{kid}/{open_}", {"alg": "RSA-OAEP", "value": sealed["value"]})
    assert opened == {"kid": kid, "value": SEAL["value"]}


@pytest.mark.parametrize(
    ("settings", "verb", "inner"),
    [
        pytest.param({"attributes": {"enabled": False}}, "sign", "KeyDisabled", id="disabled"),
        pytest.param({"attributes": {"enabled": False}}, "verify", "KeyDisabled", id="disabled-for-verify"),
        pytest.param({"key_ops": ["verify"]}, "sign", "KeyOperationForbidden", id="not-an-operation-of-it"),
        pytest.param({"attributes": {"nbf": SECONDS + 1}}, "sign", "KeyNotYetValid", id="too-early"),
        pytest.param({"attributes": {"exp": SECONDS}}, "sign", "KeyExpired", id="too-late"),
    ],
)
def test_a_key_may_not_be_used(settings: dict[str, Any], verb: str, inner: str) -> None:
    vault = Vault()
    kid = _key(vault, **settings)
    body = {**SIGN, "digest": digest()}
    assert vault.refused("POST", f"{kid}/{verb}", body) == (403, "Forbidden", inner)


def test_outside_its_times_a_key_still_opens() -> None:
    vault = Vault()
    kid = _key(vault, "RSA", attributes={"exp": SECONDS + 10})
    sealed = vault.json("POST", f"{kid}/encrypt", SEAL)
    assert vault.refused("POST", f"{kid}/encrypt", SEAL, now=later(seconds=10))[2] == "KeyExpired"
    body = {"alg": "RSA-OAEP", "value": sealed["value"]}
    assert vault.json("POST", f"{kid}/decrypt", body, now=later(seconds=10))["value"] == SEAL["value"]


@pytest.mark.parametrize("body", [{}, {"alg": "ES256"}, {"value": digest()}, {"alg": "ES256", "value": "!"}])
def test_refuses_a_body(body: dict[str, Any]) -> None:
    vault = Vault()
    assert vault.refused("POST", f"{_key(vault)}/sign", body)[:2] == (400, "BadParameter")
