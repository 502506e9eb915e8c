"""What a writing would change, as a unified diff. Pure."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final

from keyferry.provision.record import Standing
from keyferry.provision.tree import Files

_NOWHERE: Final = "/dev/null"
_CONTEXT: Final = 3


def lines(standing: Standing, wanted: Files, present: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the lines, without their ends, file by file in order of path."""
    for path in sorted((*standing.touched, *standing.changes.stale)):
        old, new = _text(present.get(path)), _text(wanted.get(path))
        before = f"a/{path}" if path in present else _NOWHERE
        after = f"b/{path}" if path in wanted else _NOWHERE
        yield from difflib.unified_diff(old, new, before, after, n=_CONTEXT, lineterm="")


def _text(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode(errors="replace").splitlines()
