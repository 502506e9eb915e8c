"""Values of JSON as YAML, laid out as by Go's Kubernetes libraries: two spaces, lists not indented, 80 columns."""

import re
from typing import Final

from keyferry.template.meter import Meter
from keyferry.template.printing.floats import format_float
from keyferry.template.yaml.key_order import in_order
from keyferry.template.yaml.reading import Json
from keyferry.template.yaml.scalars import BREAKS, ESCAPED, Style, has_breaks, style_of

_WIDTH: Final = 80
_INDENT: Final = 2
_LONGEST_SIMPLE_KEY: Final = 128  # bytes
_ESCAPES: Final = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\u2028": "L", "\u2029": "P",
}  # fmt: skip
_PIECES: Final = re.compile(rf" |[{BREAKS}]|[^ {BREAKS}]+")
_LINES: Final = re.compile(rf"[{BREAKS}]|[^{BREAKS}]+")
_LONGEST_ESCAPE: Final = 10  # characters


def dump(value: Json, meter: Meter) -> str:
    """Return the value as YAML with a line end; LimitReached where that is more than the meter has.

    The caller has bounded how deep it is nested.
    """
    writer = _Writer(meter)
    writer.node(value, -1, in_mapping=False)
    writer.new_line(0)
    return "".join(writer.parts)


class _Writer:
    """Text so far, and what the next piece must know of it: the column, and whether only layout precedes it there."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.parts: list[str] = []
        self._column = 0
        self._after_space = True
        self._only_layout = True

    def node(self, value: Json, indent: int, *, in_mapping: bool) -> None:
        """Write a value that stands in a mapping or list of this indentation, or is the root, with -1."""
        match value:
            case dict() if value:
                self._mapping(value, 0 if indent < 0 else indent + _INDENT)
            case list() if value:
                is_flush = in_mapping and not self._only_layout
                self._sequence(value, 0 if indent < 0 else indent if is_flush else indent + _INDENT)
            case dict():
                self._indicator("{}")
            case list():
                self._indicator("[]")
            case str():
                self._text(value, max(indent, 0) + _INDENT, is_key=False)
            case _:
                self._indicator(_word(value))

    def new_line(self, indent: int) -> None:
        """Go to the column `indent` of a line in which nothing but layout stands."""
        if not self._only_layout or self._column > indent or (self._column == indent and not self._after_space):
            self._put_break()
        self._meter.charge(indent)
        self._put(" " * (indent - self._column))
        self._after_space = self._only_layout = True

    def _mapping(self, members: dict[str, Json], indent: int) -> None:
        for key in in_order(members):
            self.new_line(indent)
            if _is_simple(key):
                self._text(key, indent + _INDENT, is_key=True)
                self._indicator(":", spaced=False)
            else:
                self._indicator("?", is_layout=True)
                self._text(key, indent + _INDENT, is_key=False)
                self.new_line(indent)
                self._indicator(":", is_layout=True)
            self.node(members[key], indent, in_mapping=True)

    def _sequence(self, items: list[Json], indent: int) -> None:
        for item in items:
            self.new_line(indent)
            self._indicator("-", is_layout=True)
            self.node(item, indent, in_mapping=False)

    def _text(self, text: str, indent: int, *, is_key: bool) -> None:
        self._meter.charge(len(text))
        match style_of(text, is_key=is_key):
            case Style.PLAIN:
                self._indicator("")
                self._folded(text, indent, may_fold=not is_key)
            case Style.SINGLE:
                self._indicator("'")
                self._folded(text.replace("'", "''"), indent, may_fold=not is_key)
                self._indicator("'", spaced=False)
            case Style.DOUBLE:
                self._indicator('"')
                self._escaped(text, indent, may_fold=not is_key)
                self._indicator('"', spaced=False)
            case _:
                self._literal(text, indent)

    def _folded(self, text: str, indent: int, *, may_fold: bool) -> None:
        """Write text that is folded at single spaces, the first of them beyond the width."""
        after_space = after_break = False
        for piece in _PIECES.finditer(text):
            if piece[0] == " ":
                is_single = (
                    not after_space and piece.start() > 0 and text[piece.end() : piece.end() + 1] not in ("", " ")
                )
                self._space(indent, folds=may_fold and is_single)
                after_space = True
            elif piece[0] in BREAKS:
                self._put_break(piece[0])
                self._only_layout = after_break = True
            else:
                if after_break:
                    self.new_line(indent)
                self._put(piece[0])
                self._only_layout = after_space = after_break = False
        self._after_space = self._only_layout = False

    def _escaped(self, text: str, indent: int, *, may_fold: bool) -> None:
        self._meter.charge(len(ESCAPED.findall(text)) * _LONGEST_ESCAPE)
        after_space = False
        for piece in _PIECES.finditer(text):
            following = text[piece.end() : piece.end() + 1]
            if piece[0] != " ":
                self._put(ESCAPED.sub(_escape, piece[0]))
            elif self._space(indent, folds=may_fold and not after_space and piece.start() > 0 and following != ""):
                self._put("\\" if following == " " else "")
            after_space = piece[0] == " "
        self._after_space = self._only_layout = False

    def _literal(self, text: str, indent: int) -> None:
        hint = str(_INDENT) if text[0] in f" {BREAKS}" else ""
        self._indicator(f"|{hint}{_chomping(text)}")
        self._put_break()
        self._only_layout = self._after_space = True
        for piece in _LINES.findall(text):
            if piece in BREAKS:
                self._put_break(piece)
            else:
                self.new_line(indent)
                self._put(piece)
            self._only_layout = piece in BREAKS

    def _space(self, indent: int, *, folds: bool) -> bool:
        """Write a space, or a new line in its place where the text may fold here and is wide enough. Tell which."""
        is_folded = folds and self._column > _WIDTH
        if is_folded:
            self.new_line(indent)
        else:
            self._put(" ")
        return is_folded

    def _indicator(self, text: str, *, spaced: bool = True, is_layout: bool = False) -> None:
        self._put(f" {text}" if spaced and not self._after_space else text)
        self._after_space = False
        self._only_layout = self._only_layout and is_layout

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._column += len(text)

    def _put_break(self, text: str = "\n") -> None:
        self.parts.append(text)
        self._column = 0


def _is_simple(key: str) -> bool:
    return not has_breaks(key) and len(key.encode()) <= _LONGEST_SIMPLE_KEY


def _word(value: float | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            return format_float(value, "g")


def _escape(found: re.Match[str]) -> str:
    character, code = found[0], ord(found[0])
    if character in _ESCAPES:
        return f"\\{_ESCAPES[character]}"
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _chomping(text: str) -> str:
    """Say what becomes of the line ends at the end: none (-), all (+), or the only one, which needs no word."""
    if text[-1] not in BREAKS:
        return "-"
    return "+" if len(text) == 1 or text[-2] in BREAKS else ""
