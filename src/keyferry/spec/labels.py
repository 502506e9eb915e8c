"""What can be a label and what an annotation, told before the API server refuses the object that carries it.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

import re
from collections.abc import Mapping
from typing import Final

from keyferry.model.errors import foreign
from keyferry.spec import rules
from keyferry.spec.problems import Problems

MAX_ANNOTATIONS_BYTES: Final = 256 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?")
_REMEDY: Final = "use letters, digits, -, _ and ., at most 63, a letter or digit first and last"


def check_labels(labels: Mapping[str, str], path: str, problems: Problems) -> None:
    """Note every label that no object can have."""
    for key, value in labels.items():
        _check_key(key, path, problems)
        if value and not _NAME.fullmatch(value):
            problems.add(f"{path}[{foreign(key)}]", f'"{foreign(value)}" cannot be the value of a label', _REMEDY)


def check_annotations(annotations: Mapping[str, str], path: str, problems: Problems) -> None:
    """Note every annotation that no object can have, and when they are too large together."""
    for key in annotations:
        _check_key(key.lower(), path, problems)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > MAX_ANNOTATIONS_BYTES:
        problems.add(path, f"have {size} bytes together, {MAX_ANNOTATIONS_BYTES} are allowed", "shorten them")


def _check_key(key: str, path: str, problems: Problems) -> None:
    prefix, slash, name = key.rpartition("/")
    if _NAME.fullmatch(name) and (not slash or rules.dns_subdomain(prefix) is None):
        return
    problems.add(f"{path}[{foreign(key)}]", "cannot be a key of labels or annotations", _REMEDY)
