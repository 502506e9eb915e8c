"""How long a pod's token lives: what the pod says, else its ServiceAccount, else an hour."""

import re
from collections.abc import Mapping
from typing import Final

from keyferry.admit.injection.refusal import Refused
from keyferry.model.errors import foreign
from keyferry.model.wellknown import TOKEN_EXPIRATION_ANNOTATION

DEFAULT_SECONDS: Final = 3600
LONGEST_SECONDS: Final = 86400  # a day: upstream's limit; Entra's own tokens outlive it or not as they please
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")  # Go's strconv.ParseInt(…, 10, 64), which upstream reads it with


def seconds(pod: Mapping[str, str], account: Mapping[str, str], account_name: str) -> int:
    """Return the `expirationSeconds` that the annotations of the pod and of its ServiceAccount come to.

    An empty annotation counts as none. Refused where the one that counts is no number from 3600 to 86400.
    """
    for annotations, where in (
        (pod, f"metadata.annotations[{TOKEN_EXPIRATION_ANNOTATION}]"),
        (account, f"annotation {TOKEN_EXPIRATION_ANNOTATION} of ServiceAccount {account_name}"),
    ):
        if text := annotations.get(TOKEN_EXPIRATION_ANNOTATION, ""):
            return _read(text, where)
    return DEFAULT_SECONDS


def _read(text: str, where: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Refused(where, f'"{foreign(text)}" is not a number of seconds', _remedy())
    found = int(text)
    if not DEFAULT_SECONDS <= found <= LONGEST_SECONDS:
        raise Refused(where, f"{found} seconds are too {'few' if found < DEFAULT_SECONDS else 'many'}", _remedy())
    return found


def _remedy() -> str:
    return f'write a number from {DEFAULT_SECONDS} to {LONGEST_SECONDS}, such as "7200", or take the annotation away'
