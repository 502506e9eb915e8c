from typing import Any

import pytest

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.keys import bodies, numbers
from keyferry.lab.azure.private_keys import load
from tests.fakes import lab_azure

EC_KEY = {
    "kty": "EC",
    **dict(numbers.public(load(lab_azure.private_key("P-256")))),
    "d": "AQ",  # no key: refusals come before numbers are looked at
}


@pytest.mark.parametrize(
    ("body", "premium", "type_", "spec"),
    [
        pytest.param({"kty": "RSA"}, False, "RSA", "RSA-2048", id="rsa"),
        pytest.param({"kty": "RSA", "key_size": 4096, "public_exponent": 65537}, False, "RSA", "RSA-4096", id="size"),
        pytest.param({"kty": "EC"}, False, "EC", "P-256", id="ec"),
        pytest.param({"kty": "EC", "crv": "P-521"}, False, "EC", "P-521", id="curve"),
        pytest.param({"kty": "EC-HSM", "crv": "P-256K"}, True, "EC-HSM", "P-256K", id="hsm"),
    ],
)
def test_a_key_to_be_made(body: dict[str, Any], premium: bool, type_: str, spec: str) -> None:
    creation = bodies.creation(Body(body), premium=premium)
    assert (creation.type, creation.spec) == (type_, spec)
    assert creation.change.operations is None


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({}, "kty", id="no-type"),
        pytest.param({"kty": "oct"}, "kty", id="oct"),
        pytest.param({"kty": "oct-HSM"}, "kty", id="oct-hsm"),
        pytest.param({"kty": "RSA-HSM"}, "kty", id="hsm-in-a-standard-vault"),
        pytest.param({"kty": "RSA", "key_size": 1024}, "key_size", id="size"),
        pytest.param({"kty": "RSA", "public_exponent": 3}, "public_exponent", id="exponent"),
        pytest.param({"kty": "EC", "crv": "P-192"}, "crv", id="curve"),
        pytest.param({"kty": "EC", "key_ops": ["wrapKey"]}, "key_ops", id="operation-of-rsa"),
        pytest.param({"kty": "RSA", "key_ops": ["fly"]}, "key_ops", id="operation"),
        pytest.param({"kty": "RSA", "attributes": {"exportable": True}}, "release_policy", id="exportable"),
        pytest.param({"kty": "RSA", "release_policy": {"data": "x"}}, "release_policy", id="release"),
        pytest.param({"kty": "RSA", "attributes": {"nbf": 2, "exp": 1}}, "nbf", id="times"),
    ],
)
def test_refuses_to_make(body: dict[str, Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        bodies.creation(Body(body), premium=False)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({}, "'key'", id="nothing"),
        pytest.param({"key": {"kty": "oct", "k": "AQ"}}, "key.kty", id="oct"),
        pytest.param({"key": {"kty": "RSA-HSM", "key_hsm": "AQ"}}, "key.key_hsm", id="wrapped"),
        pytest.param({"key": EC_KEY, "Hsm": True}, "Hsm", id="hsm-in-a-standard-vault"),
        pytest.param({"key": {**EC_KEY, "key_ops": ["encrypt"]}}, "key_ops", id="operation-of-rsa"),
    ],
)
def test_refuses_to_import(body: dict[str, Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        bodies.imported(Body(body), premium=False)


def test_an_import_into_an_hsm_is_an_hsm_key() -> None:
    key = {**EC_KEY, "d": "AQ", "x": None}
    with pytest.raises(RefusedError, match=r"key\.x"):
        bodies.imported(Body({"key": key, "Hsm": True}), premium=True)
