"""One description of a field for both readers: the API server (`crd` renders it) and keyferry (`checking` applies it).

What upstream's schema says stands in the structural fields. What keyferry asks on top stands in `rule` and `not_yet`,
which no CRD shows, so the API server takes every manifest that upstream's would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a rule has against a value, and what to write instead."""

    message: str
    remedy: str


Rule: TypeAlias = Callable[[str], Complaint | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string. `not_yet_values` are enum members that this version of keyferry refuses.

    `most_together` bounds the characters of all such texts of a document, where each of them costs. A wrong text of a
    `quiet` enum is not repeated: where passwords are at hand, one may stand in any field.
    """

    doc: str = ""
    enum: tuple[str, ...] = ()
    pattern: str = ""
    min_length: int = 0
    max_length: int = 0
    format: str = ""
    default: str | None = None
    nullable: bool = False
    rule: Rule | None = None
    most_together: int = 0
    quiet: bool = False
    not_yet: bool = False
    not_yet_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A boolean; with `not_yet`, true is refused."""

    doc: str = ""
    default: bool | None = None
    not_yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number of 32 bits, or as `format` says; "" is of no certain size. `least` and `most` are allowed."""

    doc: str = ""
    format: str = "int32"
    default: int | None = None
    least: int | None = None
    most: int | None = None
    not_yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerOrText:
    """A number or a string; the rule sees the number as text."""

    doc: str = ""
    rule: Rule | None = None
    not_yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What an API server asks of a mapping beyond its fields: an expression in CEL, and what is wrong where it fails.

    Rules of the parsers say the same to keyferry, which evaluates none.
    """

    rule: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping with named fields. `open` keeps fields that are not named here, and nothing is said about them.

    Who applies a part of an `atomic` one owns all of it.
    """

    fields: Mapping[str, "Node"]
    doc: str = ""
    required: tuple[str, ...] = ()
    min_properties: int = 0
    max_properties: int = 0
    default: Mapping[str, Any] | None = None
    open: bool = False
    atomic: bool = False
    validations: tuple[Validation, ...] = ()
    not_yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    of: "Node"
    doc: str = ""
    min_items: int = 0
    not_yet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A mapping from free text to text, such as labels."""

    doc: str = ""
    of: Text = field(default_factory=Text)
    not_yet: bool = False


Node: TypeAlias = Text | Flag | Integer | IntegerOrText | Table | Items | Texts
