"""The words that a template's text falls into."""

from enum import Enum, auto
from typing import Final, NamedTuple


class Kind(Enum):
    """What a token is. The values stand for nothing."""

    TEXT = auto()  # between actions
    LEFT = auto()  # {{
    RIGHT = auto()  # }}
    SPACE = auto()
    PIPE = auto()
    DECLARE = auto()  # :=
    ASSIGN = auto()  # =
    OPEN = auto()
    CLOSE = auto()
    CHARACTER = auto()  # any other printable ASCII character
    STRING = auto()  # "quoted" or `raw`
    RUNE = auto()  # 'a'
    NUMBER = auto()
    COMPLEX = auto()  # 1+2i
    BOOL = auto()
    NIL = auto()
    DOT = auto()
    FIELD = auto()  # .name
    VARIABLE = auto()  # $ or $name
    IDENTIFIER = auto()  # the name of a function
    KEYWORD = auto()
    END = auto()  # of the text
    MISTAKE = auto()  # what follows cannot be read


class Token(NamedTuple):
    """One word, and its offset in characters."""

    kind: Kind
    text: str
    at: int


KEYWORDS: Final = frozenset(
    {"block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"},
)
