"""Keys as the numbers of a JSON web key (RFC 7518 §6).

https://learn.microsoft.com/rest/api/keyvault/keys/import-key/import-key
"""

import base64

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.private_keys import PrivateKey

Numbers = tuple[tuple[str, str], ...]


def public(key: PrivateKey) -> Numbers:
    """Return the public numbers: n and e, or crv, x and y."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return ("n", _text(numbers.n)), ("e", _text(numbers.e))
    point = key.public_key().public_numbers()
    length = (key.curve.key_size + 7) // 8
    return (
        ("crv", private_keys.spec_of(key) or key.curve.name),
        ("x", _text(point.x, length)),
        ("y", _text(point.y, length)),
    )


def private(body: Body) -> PrivateKey:
    """Return the private key whose numbers are in `body`. RefusedError where they are no key that a vault takes."""
    try:
        key = _rsa(body) if body.required("kty").startswith("RSA") else _ec(body)
    except ValueError:  # the cause would quote numbers
        raise body.refusal("n" if body.has("n") else "x", "the numbers are no key") from None
    if private_keys.spec_of(key) is None:
        raise body.refusal("n", "the size must be 2048, 3072 or 4096 bits")
    return key


def _rsa(body: Body) -> PrivateKey:
    n, e, d = (_required(body, name) for name in ("n", "e", "d"))
    given = [_number(body, name) for name in ("p", "q")]
    p, q = (given[0], given[1]) if all(given) else rsa.rsa_recover_prime_factors(n, e, d)
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=_number(body, "dp") or rsa.rsa_crt_dmp1(d, p),
        dmq1=_number(body, "dq") or rsa.rsa_crt_dmq1(d, q),
        iqmp=_number(body, "qi") or rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e=e, n=n),
    )
    return numbers.private_key()


def _ec(body: Body) -> PrivateKey:
    curve = private_keys.CURVES.get(body.required("crv"))
    if curve is None:
        raise body.refusal("crv", f"it is none of {', '.join(private_keys.CURVES)}")
    x, y, d = (_required(body, name) for name in ("x", "y", "d"))
    point = ec.EllipticCurvePublicNumbers(x=x, y=y, curve=curve)
    return ec.EllipticCurvePrivateNumbers(private_value=d, public_numbers=point).private_key()


def _required(body: Body, name: str) -> int:
    number = _number(body, name)
    if not number:
        raise body.refusal(name, "it is required")
    return number


def _number(body: Body, name: str) -> int:
    return int.from_bytes(body.octets(name) or b"", "big")


def _text(number: int, length: int | None = None) -> str:
    raw = number.to_bytes(length or (number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
