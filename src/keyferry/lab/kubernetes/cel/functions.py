"""What one function of a library is: its types for the checker, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

BOOL: Final = "bool"
DOUBLE: Final = "double"
DYN: Final = "dyn"
INT: Final = "int"
LIST: Final = "list(dyn)"
STRING: Final = "string"
STRINGS: Final = "list(string)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One overload. Types that are none of the above are Kubernetes' own, whose values are maps.

    `does` may raise ValueError, whose text is the expression's error. Where it is None, whoever evaluates provides it.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    does: Callable[..., Any] | None = None
    is_member: bool = True
