"""Whole formats with their arguments, as `fmt.Sprintf` writes them; its complaints stand in the text.

Source: https://pkg.go.dev/fmt#Printf, #hdr-Explicit_argument_indexes and #hdr-Format_errors.
"""

import re
from collections.abc import Sequence
from typing import Final

from keyferry.template.meter import Meter
from keyferry.template.printing import plain
from keyferry.template.printing.flags import Flags
from keyferry.template.printing.verbs import Printer
from keyferry.template.values import Value, type_of

_LARGEST: Final = 1_000_000  # a width, precision or index beyond is none
_FLAG_NAMES: Final = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_DIGITS: Final = re.compile(r"[0-9]+")


def format_all(form: bytes, values: Sequence[Value], meter: Meter) -> bytes:
    """Return the format with its verbs replaced by the values."""
    meter.step(len(form) >> 3)
    run = _Run(form.decode("utf-8", "surrogateescape"), values, meter)
    run.all()
    return b"".join(run.printer.parts)


class _Run:
    def __init__(self, form: str, values: Sequence[Value], meter: Meter) -> None:
        self.printer = Printer(meter)
        self._form = form
        self._values = values
        self._meter = meter
        self._at = 0
        self._next = 0  # the argument that comes next
        self._reordered = False
        self._after_index = False
        self._index_is_good = True

    def all(self) -> None:
        """Write the whole format, and what it left over."""
        while True:
            percent = self._form.find("%", self._at)
            end = len(self._form) if percent < 0 else percent
            self._text(self._form[self._at : end])
            if percent < 0:
                break
            self._at = percent + 1
            self._meter.step()
            if not self._directive():
                break
        self._extra()

    def _text(self, text: str) -> None:
        if text:
            self.printer.text(text.encode("utf-8", "surrogateescape"))

    def _directive(self) -> bool:
        """Write what one directive asks for; say whether the format goes on."""
        self.printer.flags = flags = Flags()
        self._index_is_good, self._after_index = True, False
        while (name := _FLAG_NAMES.get(self._character())) is not None:
            setattr(flags, name, True)
            self._at += 1
        self._argument_index()
        self._width(flags)
        self._precision(flags)
        if not self._after_index:
            self._argument_index()
        verb = self._character()
        if not verb:
            self._text("%!(NOVERB)")
            return False
        self._at += 1
        self._verb(verb, flags)
        return True

    def _character(self) -> str:
        return self._form[self._at : self._at + 1]

    def _verb(self, verb: str, flags: Flags) -> None:
        if verb == "%":
            self._text("%")
        elif not self._index_is_good:
            self._text(f"%!{verb}(BADINDEX)")
        elif self._next >= len(self._values):
            self._text(f"%!{verb}(MISSING)")
        else:
            if verb in "vw":
                flags.sharp_v, flags.sharp, flags.plus = flags.sharp, False, False
            self.printer.value(self._values[self._next], verb)
            self._next += 1

    def _argument_index(self) -> None:
        """Read `[n]`, which names the argument that is used next."""
        self._after_index = False
        if self._character() != "[":
            return
        self._reordered = True
        closes = self._form.find("]", self._at)
        if closes < 0 or len(self._form) - self._at < 3:
            self._at += 1
            self._index_is_good = False
            return
        inside = self._form[self._at + 1 : closes]
        self._at = closes + 1
        number = _number(inside) if _DIGITS.fullmatch(inside) else None
        self._after_index = number is not None
        if number is not None and 1 <= number <= len(self._values):
            self._next = number - 1
        else:
            self._index_is_good = False

    def _width(self, flags: Flags) -> None:
        if self._character() != "*":
            flags.width = self._read_number()
            if self._after_index and flags.width is not None:
                self._index_is_good = False
            return
        self._at += 1
        flags.width = self._from_argument()
        if flags.width is None:
            self._text("%!(BADWIDTH)")
        elif flags.width < 0:
            flags.width, flags.minus, flags.zero = -flags.width, True, False
        self._after_index = False

    def _precision(self, flags: Flags) -> None:
        if self._character() != ".":
            return
        self._at += 1
        if self._after_index:
            self._index_is_good = False
        self._argument_index()
        if self._character() != "*":
            flags.precision = self._read_number() or 0
            return
        self._at += 1
        flags.precision = self._from_argument()
        if flags.precision is None or flags.precision < 0:
            flags.precision = None
            self._text("%!(BADPREC)")
        self._after_index = False

    def _read_number(self) -> int | None:
        match = _DIGITS.match(self._form, self._at)
        if match is None:
            return None
        self._at = match.end()
        return _number(match.group())

    def _from_argument(self) -> int | None:
        if self._next >= len(self._values):
            return None
        value = self._values[self._next]
        self._next += 1
        is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
        return int(value) if is_number and isinstance(value, int) else None

    def _extra(self) -> None:
        """Tell of the arguments that no verb used."""
        if self._reordered or self._next >= len(self._values):
            return
        self.printer.flags = Flags()
        self._text("%!(EXTRA ")
        for index, value in enumerate(self._values[self._next :]):
            if index:
                self._text(", ")
            if value is None:
                self.printer.text(plain.NIL)
            else:
                self._text(f"{type_of(value)}=")
                self.printer.value(value, "v")
        self._text(")")


def _number(digits: str) -> int | None:
    """Return a number that is not too large to mean anything."""
    significant = digits.lstrip("0")
    if len(significant) > len(str(_LARGEST)):
        return None
    number = int(significant or "0")
    return number if number <= _LARGEST else None
