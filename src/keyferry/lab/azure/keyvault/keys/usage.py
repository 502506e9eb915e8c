"""The operations that use a key: who may use it is known already, here is whether the key may be used so, and now.

https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-attributes: outside its times a key still
decrypts, unwraps and verifies, so that what was made in its time can be read.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from keyferry.lab.azure.keyvault import bodies, shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.key import KeyVersion
from keyferry.lab.azure.keyvault.keys import ciphers, finding
from keyferry.lab.azure.keyvault.rights import Operation

_WORDS: Final = {
    Operation.KEY_ENCRYPT: "encrypt",
    Operation.KEY_DECRYPT: "decrypt",
    Operation.KEY_WRAP: "wrapKey",
    Operation.KEY_UNWRAP: "unwrapKey",
    Operation.KEY_SIGN: "sign",
    Operation.KEY_VERIFY: "verify",
}
_BOUND_BY_TIME: Final = ("encrypt", "wrapKey", "sign")


def _seal(call: Call) -> Answer:
    return _used(call, "value", lambda version, alg, value, _: ciphers.encrypt(version.pem, alg, value))


def _open(call: Call) -> Answer:
    return _used(call, "value", lambda version, alg, value, _: ciphers.decrypt(version.pem, alg, value))


def _sign(call: Call) -> Answer:
    return _used(call, "value", lambda version, alg, value, _: ciphers.sign(version.pem, alg, value))


def _verify(call: Call) -> Answer:
    def verify(version: KeyVersion, algorithm: str, digest: bytes, body: Body) -> bool:
        return ciphers.verify(version.pem, algorithm, digest, _octets(body, "value"))

    return _used(call, "digest", verify)


OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {
    Operation.KEY_ENCRYPT: _seal,
    Operation.KEY_DECRYPT: _open,
    Operation.KEY_WRAP: _seal,
    Operation.KEY_UNWRAP: _open,
    Operation.KEY_SIGN: _sign,
    Operation.KEY_VERIFY: _verify,
}


def _used(call: Call, field: str, use: Callable[[KeyVersion, str, bytes, Body], bytes | bool]) -> Answer:
    key, version = finding.find(call)
    _check(version, _WORDS[call.route.operation], call.seconds)
    body = bodies.read(call.request)
    result = use(version, body.required("alg"), _octets(body, field), body)
    if isinstance(result, bool):
        return Answer(content={"value": result})
    content: dict[str, Any] = {"kid": shapes.address(call.vault, "keys", key.name, version.id)}
    return Answer(content=content | {"value": base64.urlsafe_b64encode(result).decode().rstrip("=")})


def _check(version: KeyVersion, word: str, now: int) -> None:
    attributes = version.attributes
    if not attributes.enabled:
        raise _forbidden(word, "on a disabled key", "KeyDisabled")
    if word not in version.operations:
        raise _forbidden(word, "by the key's key_ops", "KeyOperationForbidden")
    if word in _BOUND_BY_TIME and now < (attributes.not_before or 0):
        raise _forbidden(word, "on a key before its time", "KeyNotYetValid")
    if word in _BOUND_BY_TIME and attributes.expires is not None and now >= attributes.expires:
        raise _forbidden(word, "on an expired key", "KeyExpired")


def _forbidden(word: str, problem: str, inner: str) -> RefusedError:
    return RefusedError(403, "Forbidden", f"The operation {word} is not allowed {problem}.", inner)


def _octets(body: Body, name: str) -> bytes:
    value = body.octets(name)
    if value is None:
        raise body.refusal(name, "it is required, in base64url")
    return value
