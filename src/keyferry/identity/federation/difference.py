"""Where two texts that should be equal part. Pure; called by the explanation of a refused assertion."""

from dataclasses import dataclass
from enum import StrEnum


class DifferenceKind(StrEnum):
    """The usual slips first, so that the reader is told the cause and not only the place."""

    EQUAL = "equal"
    CASE = "only in upper and lower case"
    TRAILING_SLASH = "only by a slash at the end"
    WHITESPACE = "only in white space"
    LENGTH = "because one ends where the other goes on"
    CHARACTER = "in a character"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first character in which two texts differ. `position` counts from 1 and is 0 for equal texts.

    A character is "" where its text has ended.
    """

    presented: str
    configured: str
    kind: DifferenceKind
    position: int
    presented_character: str
    configured_character: str

    @property
    def sentence(self) -> str:
        """One line that names the place and both characters."""
        if self.kind is DifferenceKind.EQUAL:
            return "they are equal"
        return (
            f"they differ {self.kind}, first at character {self.position}: "
            f"{_shown(self.presented_character)} was presented, {_shown(self.configured_character)} is configured"
        )

    @property
    def marker(self) -> str:
        """Both texts, one under the other, with a caret below the first character that differs."""
        lines = (f"presented   {self.presented}", f"configured  {self.configured}")
        if self.kind is DifferenceKind.EQUAL:
            return "\n".join(lines)
        return "\n".join((*lines, f"{' ' * (len('configured  ') + self.position - 1)}^"))


def difference(presented: str, configured: str) -> Difference:
    """Return the first difference between two texts, and of what kind it is."""
    position = _first_difference(presented, configured)
    return Difference(
        presented=presented,
        configured=configured,
        kind=_kind(presented, configured),
        position=position,
        presented_character=presented[position - 1 : position] if position else "",
        configured_character=configured[position - 1 : position] if position else "",
    )


def _first_difference(presented: str, configured: str) -> int:
    if presented == configured:
        return 0
    pairs = enumerate(zip(presented, configured, strict=False), start=1)
    shorter = min(len(presented), len(configured))
    return next((position for position, (ours, theirs) in pairs if ours != theirs), shorter + 1)


def _kind(presented: str, configured: str) -> DifferenceKind:
    if presented == configured:
        return DifferenceKind.EQUAL
    if presented.casefold() == configured.casefold():
        return DifferenceKind.CASE
    if presented.rstrip("/") == configured.rstrip("/"):
        return DifferenceKind.TRAILING_SLASH
    if "".join(presented.split()) == "".join(configured.split()):
        return DifferenceKind.WHITESPACE
    if presented.startswith(configured) or configured.startswith(presented):
        return DifferenceKind.LENGTH
    return DifferenceKind.CHARACTER


def _shown(character: str) -> str:
    if not character:
        return "nothing more"
    return f'"{character}"' if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"
