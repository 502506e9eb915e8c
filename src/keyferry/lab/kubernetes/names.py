"""Which names, label keys and label values Kubernetes takes.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and .../labels/, and the messages of
`k8s.io/apimachinery/pkg/util/validation`.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = rf"({_QUALIFIED})?"
ANNOTATIONS_LIMIT_BYTES = 256 * 1024

_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    f"end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    f"an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
_KEY_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_QUALIFIED}')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{_VALUE}')"
)
_HARMLESS = "bcdfghjklmnpqrstvwxz2456789"  # no vowels, and nothing that looks like one
_GENERATE_NAME_ROOM = 58  # the generated suffix takes five of a label's 63


def subdomain(path: str, value: str) -> list[Problem]:
    """Problems of an object's name: most kinds take a DNS subdomain."""
    return _checked(path, value, limit=253, pattern=_SUBDOMAIN, rule=_SUBDOMAIN_RULE)


def label(path: str, value: str) -> list[Problem]:
    """Problems of a namespace's or service's name, a DNS label."""
    return _checked(path, value, limit=63, pattern=_LABEL, rule=_LABEL_RULE)


def path_segment(path: str, value: str) -> list[Problem]:
    """Problems of a name that only has to fit in a path: RBAC kinds."""
    if value in (".", ".."):
        return [invalid(path, value, f"may not be '{value}'")]
    return [invalid(path, value, f"may not contain '{sign}'") for sign in "/%" if sign in value]


def base_name(prefix: str) -> str:
    """Return what a generated name starts with: `generateName`, cut so that the suffix fits."""
    return prefix[:_GENERATE_NAME_ROOM]


def suffix(seed: str, length: int = 5) -> str:
    """Return letters and digits that follow from `seed`, of those that form no words."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16])
    found = ""
    for _ in range(length):
        number, place = divmod(number, len(_HARMLESS))
        found += _HARMLESS[place]
    return found


def labels(path: str, value: Mapping[str, Any]) -> list[Problem]:
    """Problems of metadata.labels: keys and values."""
    found = [problem for key in value for problem in qualified(path, key)]
    for key, text in value.items():
        if not isinstance(text, str):
            found.append(invalid(path, text, f"the value of {key} must be a string"))
        else:
            found += _checked(path, text, limit=63, pattern=_VALUE, rule=_VALUE_RULE)
    return found


def annotations(path: str, value: Mapping[str, Any]) -> list[Problem]:
    """Problems of metadata.annotations: keys, and the size of all together."""
    found = [problem for key in value for problem in qualified(path, key.lower())]
    size = sum(len(key.encode()) + len(str(text).encode()) for key, text in value.items())
    if size > ANNOTATIONS_LIMIT_BYTES:
        body = f"Too long: may not be more than {ANNOTATIONS_LIMIT_BYTES} bytes"
        found.append(Problem(path=path, title="Too long", body=body))
    return found


def qualified(path: str, key: str) -> list[Problem]:
    """Problems of a label or annotation key: an optional DNS prefix, a slash, a name of at most 63 characters."""
    prefix, slash, rest = key.rpartition("/")
    found = []
    if slash and not prefix:
        found.append(invalid(path, key, "prefix part must be non-empty"))
    elif prefix and not re.fullmatch(_SUBDOMAIN, prefix):
        found.append(invalid(path, key, f"prefix part {_SUBDOMAIN_RULE}"))
    if not rest:
        found.append(invalid(path, key, "name part must be non-empty"))
    elif len(rest) > 63:
        found.append(invalid(path, key, "name part must be no more than 63 bytes"))
    if not re.fullmatch(_QUALIFIED, rest):
        found.append(invalid(path, key, _KEY_RULE))
    return found


def finalizer(path: str, value: str) -> list[Problem]:
    """Problems of one finalizer: a qualified name."""
    return qualified(path, value)


def owner(path: str, value: Mapping[str, Any]) -> list[Problem]:
    """Problems of one owner reference."""
    found = [
        required(f"{path}.{field}", "must not be empty")
        for field in ("apiVersion", "kind", "name", "uid")
        if not value.get(field)
    ]
    if value.get("apiVersion") == "v1" and value.get("kind") == "Event":
        found.append(forbidden(path, "Event is disallowed from being an owner"))
    return found


def _checked(path: str, value: str, *, limit: int, pattern: str, rule: str) -> list[Problem]:
    found = []
    if len(value) > limit:
        found.append(invalid(path, value, f"must be no more than {limit} bytes"))
    if not re.fullmatch(pattern, value):
        found.append(invalid(path, value, rule))
    return found
