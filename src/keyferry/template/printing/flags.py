"""What stands between `%` and a verb, and how wide it makes a text."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Flags:
    """The flags of one directive; `None` where width or precision are not given."""

    width: int | None = None
    precision: int | None = None
    minus: bool = False
    plus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    sharp_v: bool = False  # %#v

    @property
    def cost(self) -> int:
        """How many bytes they ask for at most."""
        return (self.width or 0) + (self.precision or 0)


def padded(text: bytes, flags: Flags, *, zeros: bool = True) -> bytes:
    """Return the text as wide as the flags ask, counted in characters; with zeros where they ask and may."""
    missing = (flags.width or 0) - len(text.decode("utf-8", "surrogateescape"))
    if missing <= 0:
        return text
    if flags.minus:
        return text + b" " * missing
    return (b"0" if zeros and flags.zero else b" ") * missing + text
