"""Names of a document in a sentence: on one line, not too long, however hostile. Pure. Called by the rules."""

from collections.abc import Sequence
from typing import Final

_LIMIT: Final = 60  # an admission warning is cut at 256 characters, and has more to say than one name
_LISTED: Final = 3


def quoted(name: str) -> str:
    """Return the name in quotation marks, short."""
    return f'"{short(name)}"'


def listed(names: Sequence[str]) -> str:
    """Return the first of the names in a row, and how many more there are: `"a", "b", "c" and 4 more`."""
    shown = ", ".join(quoted(name) for name in names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED} more" if len(names) > _LISTED else shown


def short(name: str) -> str:
    """Return the name on one line, its middle left out where it is long."""
    line = " ".join(name.split())
    return line if len(line) <= _LIMIT else f"{line[: _LIMIT // 2]}…{line[-_LIMIT // 2 + 1 :]}"
