"""Kubernetes' functions of regular expressions, which are RE2's.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library
"""

from typing import Any, Final

import re2

from keyferry.lab.kubernetes.cel.functions import INT, STRING, STRINGS, Function

_ALL: Final = -1


def _find(text: str, pattern: str) -> str:
    found = _compiled(pattern).search(text)
    return str(found.group()) if found else ""


def _find_all(text: str, pattern: str, limit: int = _ALL) -> list[str]:
    found = [str(one.group()) for one in _compiled(pattern).finditer(text)]
    return found if limit < 0 else found[:limit]


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as refusal:
        raise ValueError(f"illegal regex: {pattern}") from refusal


FUNCTIONS: Final = (
    Function(name="find", takes=(STRING, STRING), gives=STRING, does=_find),
    Function(name="findAll", takes=(STRING, STRING), gives=STRINGS, does=_find_all),
    Function(name="findAll", takes=(STRING, STRING, INT), gives=STRINGS, does=_find_all),
)
