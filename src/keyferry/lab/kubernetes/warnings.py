"""Warnings as headers of an answer, cut as the API server cuts them.

A text with control characters is not told at all. Once all together are longer than 4096 characters, each is cut to
256, and none is told after 4096. Source: `k8s.io/apiserver/pkg/endpoints/filters`, the recorder of warnings, and
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

MOST_CHARACTERS: Final = 4096
CUT_TO_CHARACTERS: Final = 256


def headers(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return a header for each text, the same one once (RFC 7234 §5.5, code 299)."""
    told = [text for text in dict.fromkeys(texts) if text]
    if sum(len(text) for text in told if _is_tellable(text)) > MOST_CHARACTERS:
        told = _cut(told)
    return [("Warning", f'299 - "{_quoted(text)}"') for text in told if _is_tellable(text)]


def _cut(texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    written = 0
    for text in texts:
        if written >= MOST_CHARACTERS:
            break
        found.append(text[:CUT_TO_CHARACTERS])
        written += len(found[-1]) if _is_tellable(found[-1]) else 0
    return found


def _is_tellable(text: str) -> bool:
    return not any(unicodedata.category(one) == "Cc" for one in text)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
