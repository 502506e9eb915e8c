"""In words, which versions a source holds: for events and log lines. Pure; no values, and no other text of a Secret.

Everybody who writes Secrets can write the annotation, so only what has the form of the vault's own names is repeated.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

MOST: Final = 3  # of one source
_LIMIT_BYTES: Final = 32 * 1024
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,126}")


class _Origin(msgspec.Struct, frozen=True):
    vault: str = ""
    name: str = ""
    version: str = ""


_DECODER: Final = msgspec.json.Decoder(dict[str, _Origin])


def of_secret(annotation: str) -> str:
    """Return what `keyferry.io/provenance` says as `kv-prod/db-password/4387…`, "" where it says nothing."""
    if not annotation or len(annotation) > _LIMIT_BYTES:
        return ""
    try:
        origins = _DECODER.decode(annotation)
    except (msgspec.MsgspecError, RecursionError):
        return ""
    return _listed((each.vault, each.name, each.version) for each in origins.values())


def of_class(versions: Iterable[tuple[str, str]]) -> str:
    """Return the objects that pods have mounted as `secret/db-password/4387…`."""
    return _listed((*id_.split("/"), version) for id_, version in versions)


def _listed(found: Iterable[tuple[str, ...]]) -> str:
    told = sorted({"/".join(words) for words in found if all(_WORD.fullmatch(word) for word in words)})
    more = len(told) - MOST
    return ", ".join(told[:MOST]) + (f" and {more} more" if more > 0 else "")
