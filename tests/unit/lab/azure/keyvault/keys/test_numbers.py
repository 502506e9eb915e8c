import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.keys import numbers
from tests.fakes import lab_azure


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def _web_key(spec: str, **changes: Any) -> dict[str, Any]:
    key = private_keys.load(lab_azure.private_key(spec))
    if isinstance(key, rsa.RSAPrivateKey):
        own = key.private_numbers()
        names = {"d": own.d, "p": own.p, "q": own.q, "dp": own.dmp1, "dq": own.dmq1, "qi": own.iqmp}
    else:
        names = {"d": key.private_numbers().private_value}
    private = {name: _text(number) for name, number in names.items()}
    web_key = {"kty": "RSA" if spec.startswith("RSA") else "EC", **dict(numbers.public(key)), **private, **changes}
    return {name: value for name, value in web_key.items() if value is not None}


@pytest.mark.parametrize("spec", ["RSA-2048", *private_keys.CURVES])
def test_a_key_s_numbers_are_the_key(spec: str) -> None:
    assert private_keys.pem(numbers.private(Body(_web_key(spec)))) == lab_azure.private_key(spec)


def test_what_follows_from_other_numbers_may_be_left_out() -> None:
    short = _web_key("RSA-2048", p=None, q=None, dp=None, dq=None, qi=None)
    found = numbers.private(Body(short))
    assert dict(numbers.public(found))["n"] == short["n"]


def test_coordinates_have_the_length_of_the_curve() -> None:
    key = ec.derive_private_key(3, private_keys.CURVES["P-521"])
    assert {len(value) for name, value in numbers.public(key) if name != "crv"} == {88}


@pytest.mark.parametrize(
    ("web_key", "named"),
    [
        pytest.param({}, "kty", id="nothing"),
        pytest.param(_web_key("RSA-2048", d=None), "'d'", id="public-alone"),
        pytest.param(_web_key("RSA-2048", n="AAAB"), "'n'", id="no-modulus"),
        pytest.param(_web_key("RSA-2048", p="AAAF", q="AAAF"), "'n'", id="wrong-primes"),
        pytest.param(_web_key("P-256", crv="P-1"), "'crv'", id="curve"),
        pytest.param(_web_key("P-256", x="AAAB"), "'x'", id="not-on-the-curve"),
        pytest.param(_web_key("P-256", d="AAAB"), "'x'", id="another-private-part"),
    ],
)
def test_refuses_what_is_no_key(web_key: dict[str, Any], named: str) -> None:
    with pytest.raises(RefusedError, match=named):
        numbers.private(Body(web_key))


def test_refuses_a_size_that_a_vault_does_not_take() -> None:
    own = rsa.generate_private_key(65537, 1024).private_numbers()
    public = own.public_numbers
    web_key = {"kty": "RSA", "n": _text(public.n), "e": _text(public.e), "d": _text(own.d)}
    with pytest.raises(RefusedError, match="2048"):
        numbers.private(Body(web_key))
