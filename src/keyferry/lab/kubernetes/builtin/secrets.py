"""Secrets and ConfigMaps: their data, its encoding and size, types and immutability.

No problem ever shows a value of a Secret. Source: https://kubernetes.io/docs/concepts/configuration/secret/ and
`kubernetes/pkg/apis/core/validation`.
"""

import base64
import re

import msgspec

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required

LIMIT_BYTES = 1024 * 1024
DEFAULT_TYPE = "Opaque"
TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105  (the name of a type)
ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name"

_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_REQUIRED_KEYS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_BASIC_AUTH = "kubernetes.io/basic-auth"
_NOT_JSON = 'Invalid value: "<secret contents redacted>": invalid JSON'
_JSON_KEYS = (".dockerconfigjson", ".dockercfg")


def default_secret(new: Object, _old: Object | None) -> None:
    """Give a Secret its type, and move stringData into data."""
    new.setdefault("type", DEFAULT_TYPE)
    texts = new.pop("stringData", None)
    if texts:
        encoded = {key: _encoded(value) for key, value in texts.items()}
        new["data"] = {**(new.get("data") or {}), **encoded}
    if new.get("data") is None:
        new.pop("data", None)


def validate_secret(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a Secret."""
    decoded = {key: _decoded(value) for key, value in (new.get("data") or {}).items()}
    found = _keys("data", decoded)
    found += _size("data", sum(len(value) for value in decoded.values()))
    found += _typed(new, decoded)
    return found + (_unchangeable(new, old, ("data",)) + _same_type(new, old) if old else [])


def validate_config_map(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a ConfigMap."""
    texts, binary = new.get("data") or {}, new.get("binaryData") or {}
    found = _keys("data", texts) + _keys("binaryData", binary)
    found += [invalid(f"data[{key}]", key, "duplicate of key present in binaryData") for key in texts if key in binary]
    found += [
        invalid(f"data[{key}]", key, "must be a string") for key, text in texts.items() if not isinstance(text, str)
    ]
    size = sum(len(str(value).encode()) for value in texts.values())
    found += _size("[]", size + sum(len(_decoded(value)) for value in binary.values()))
    return found + (_unchangeable(new, old, ("data", "binaryData")) if old else [])


def _encoded(value: str | None) -> str:
    return base64.b64encode((value or "").encode()).decode()


def _decoded(value: str | None) -> bytes:
    """Return the bytes; what comes here has been read as base64 before, and null counts as empty."""
    return base64.b64decode(value or "")


def _keys(path: str, data: Object) -> list[Problem]:
    found = []
    for key in data:
        if len(key) > 253:
            found.append(invalid(f"{path}[{key}]", key, "must be no more than 253 bytes"))
        if not _KEY.fullmatch(key):
            found.append(invalid(f"{path}[{key}]", key, _KEY_RULE))
    return found


def _size(path: str, size: int) -> list[Problem]:
    if size <= LIMIT_BYTES:
        return []
    return [Problem(path=path, title="Too long", body=f"Too long: may not be more than {LIMIT_BYTES} bytes")]


def _typed(new: Object, decoded: dict[str, bytes]) -> list[Problem]:
    kind = new["type"]
    found = [required(f"data[{key}]") for key in _REQUIRED_KEYS.get(kind, ()) if key not in decoded]
    broken = [
        key for key in _JSON_KEYS if key in _REQUIRED_KEYS.get(kind, ()) and not _is_json(decoded.get(key, b"{}"))
    ]
    found += [Problem(path=f"data[{key}]", title="Invalid value", body=_NOT_JSON) for key in broken]
    if kind == _BASIC_AUTH and not ({"username", "password"} & decoded.keys()):
        found += [required("data[username]"), required("data[password]")]
    if kind == TOKEN_TYPE and not objects.dig(new, "metadata", "annotations", ACCOUNT_ANNOTATION):
        found.append(required(f"metadata.annotations[{ACCOUNT_ANNOTATION}]"))
    return found


def _is_json(text: bytes) -> bool:
    try:
        objects.decode(text)
    except msgspec.DecodeError:
        return False
    return True


def _same_type(new: Object, old: Object) -> list[Problem]:
    if new["type"] == old.get("type", DEFAULT_TYPE):
        return []
    return [invalid("type", new["type"], "field is immutable")]


def _unchangeable(new: Object, old: Object, fields: tuple[str, ...]) -> list[Problem]:
    if not old.get("immutable"):
        return []
    detail = "field is immutable when `immutable` is set"
    found = [] if new.get("immutable") else [forbidden("immutable", detail)]
    return found + [forbidden(field, detail) for field in fields if (new.get(field) or {}) != (old.get(field) or {})]
