"""The bodies that create, import and update of keys take.

https://learn.microsoft.com/rest/api/keyvault/keys/create-key/create-key
https://learn.microsoft.com/azure/key-vault/keys/about-keys-details
"""

from dataclasses import dataclass
from typing import Final, cast

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault import attributes
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.key import KeyType
from keyferry.lab.azure.keyvault.keys import numbers

TYPES: Final = ("RSA", "EC", "RSA-HSM", "EC-HSM")
EC_OPERATIONS: Final = ("sign", "verify")
RSA_OPERATIONS: Final = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a body says of a key besides its material. None is "not said"."""

    operations: tuple[str, ...] | None
    attributes: attributes.Change
    tags: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A key to be made: `spec` is a word of `private_keys`."""

    type: KeyType
    spec: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A key that somebody brings."""

    type: KeyType
    key: private_keys.PrivateKey
    change: Change


def creation(body: Body, *, premium: bool) -> Creation:
    """Return the key that the body asks for. RefusedError names what a vault cannot make."""
    type_ = _type(body, premium=premium)
    return Creation(type=type_, spec=spec(body, type_, "curve"), change=change(body, type_))


def spec(body: Body, type_: str, curve_name: str = "crv") -> str:
    """Return the spec that type, `key_size` and curve ask for. The service's defaults are 2048 and P-256."""
    if type_.startswith("EC"):
        curve = body.text("crv") or body.text(curve_name) or "P-256"
        if curve not in private_keys.CURVES:
            raise body.refusal("crv", f"it is none of {', '.join(private_keys.CURVES)}")
        return curve
    size = body.whole("key_size", 0, 10**6)
    if size is not None and size not in private_keys.RSA_SIZES:
        raise body.refusal("key_size", "it is none of 2048, 3072 and 4096")
    if body.whole("public_exponent", 0, 2**64) not in (None, 65537):
        raise body.refusal("public_exponent", "it can only be 65537")
    return f"RSA-{size or 2048}"


def imported(body: Body, *, premium: bool) -> Import:
    """Return the key that the body brings. RefusedError names what is wrong, and quotes no number."""
    key = body.inner("key")
    if not body.has("key"):
        raise body.refusal("key", "it is required, as a JSON web key")
    if key.has("key_hsm"):
        raise key.refusal("key_hsm", "keys wrapped for an HSM cannot be brought to the lab")
    type_ = _type(key, premium=premium)
    if body.flag("Hsm") and not type_.endswith("-HSM"):
        if not premium:
            raise body.refusal("Hsm", "a standard vault holds no HSM keys")
        type_ = cast("KeyType", f"{type_}-HSM")
    given = change(body, type_, operations=key.texts("key_ops") or None)
    return Import(type=type_, key=numbers.private(key), change=given)


def change(body: Body, type_: str, operations: tuple[str, ...] | None = None) -> Change:
    """Return what the body says besides material; `operations` are those said elsewhere."""
    said = body.texts("key_ops") if body.has("key_ops") else operations
    allowed = EC_OPERATIONS if type_.startswith("EC") else RSA_OPERATIONS
    unknown = [word for word in said or () if word not in allowed]
    if unknown:
        raise body.refusal("key_ops", f"'{unknown[0][:40]}' is not supported; supported are {', '.join(allowed)}")
    if body.inner("attributes").flag("exportable") or body.has("release_policy"):
        raise body.refusal("release_policy", "the lab does not release keys")
    return Change(operations=said, attributes=attributes.parse(body), tags=body.tags())


def _type(body: Body, *, premium: bool) -> KeyType:
    type_ = body.required("kty")
    if type_ not in TYPES:
        raise body.refusal("kty", "a vault holds RSA and EC keys alone; others need a managed HSM")
    if type_.endswith("-HSM") and not premium:
        raise body.refusal("kty", "a standard vault holds no HSM keys")
    return cast("KeyType", type_)
