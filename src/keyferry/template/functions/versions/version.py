"""Semantic versions, read leniently: a `v` before, missing parts, leading zeros. As Masterminds/semver 3.4 does.

Source: https://pkg.go.dev/github.com/Masterminds/semver/v3#NewVersion, https://semver.org.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from keyferry.template.functions.function import Fault
from keyferry.template.functions.marshalling import Marshaller
from keyferry.template.values import Sized, Value

UINT64: Final = "uint64"
_MAX_UINT64: Final = (1 << 64) - 1
_LONGEST_NUMBER: Final = 4000  # digits; Python refuses longer ones
_VERSION: Final = re.compile(
    rb"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    rb"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*+))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*+))?"
)
_IDENTIFIERS: Final = re.compile(rb"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Marshaller):
    """A version. `is_pointer` tells Go's `*semver.Version` from the plain structs that the `Inc…` methods return."""

    major: int
    minor: int
    patch: int
    prerelease: bytes = b""
    metadata: bytes = b""
    original: bytes = b""
    is_pointer: bool = True

    @property
    def go_type(self) -> str:
        """The Go type."""
        return "*semver.Version" if self.is_pointer else "semver.Version"

    def text(self) -> bytes:
        """The version with all its parts, without a `v`."""
        numbers = b"%d.%d.%d" % (self.major, self.minor, self.patch)
        prerelease = b"-" + self.prerelease if self.prerelease else b""
        return numbers + prerelease + (b"+" + self.metadata if self.metadata else b"")

    def plain(self) -> Value:
        """The text."""
        return self.text()

    def method(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Call one of the methods of Go's type."""
        if name in _PARTS:
            _expect(arguments, 0)
            return _PARTS[name](self)
        if name in _COMPARISONS:
            _expect(arguments, 1)
            return _COMPARISONS[name](self.compare(_version(arguments[0])))
        if name in _SETTERS:
            _expect(arguments, 1)
            return self._with(_SETTERS[name], arguments[0])
        raise KeyError(name)

    def compare(self, other: "Version") -> int:
        """Return -1, 0 or 1 for less, equal, greater; metadata does not count."""
        mine, others = (self.major, self.minor, self.patch), (other.major, other.minor, other.patch)
        if mine != others:
            return 1 if mine > others else -1
        if not self.prerelease or not other.prerelease:
            return bool(other.prerelease) - bool(self.prerelease)
        return compare_prereleases(self.prerelease, other.prerelease)

    def next(self, *, major: bool = False, minor: bool = False) -> "Version":
        """Return the next patch, minor or major version; a pre-release's next patch is its release."""
        numbers = (self.major, self.minor, self.patch if self.prerelease else self.patch + 1)
        if minor:
            numbers = (self.major, self.minor + 1, 0)
        if major:
            numbers = (self.major + 1, 0, 0)
        made = Version(major=numbers[0], minor=numbers[1], patch=numbers[2], is_pointer=False)
        return self._named_like(made)

    def _with(self, part: str, value: Value) -> "Version":
        if not isinstance(value, bytes) or (value and not _IDENTIFIERS.fullmatch(value)):
            raise Fault("a pre-release or metadata is dots between letters, digits and hyphens")
        if part == "prerelease":
            _check_prerelease(value)
        changes = {part: value}
        return self._named_like(replace(self, is_pointer=False, **changes))  # type: ignore[arg-type]  # bytes for bytes

    def _named_like(self, made: "Version") -> "Version":
        return replace(made, original=(b"v" if self.original.startswith(b"v") else b"") + made.text())


def parse(text: bytes) -> Version:
    """Return the version that a text says; Fault where it says none."""
    found = _VERSION.fullmatch(text)
    if not found:
        raise Fault("the text is no semantic version")
    numbers = [_number(found[at] or b"0") for at in (1, 2, 3)]
    prerelease = found[4] or b""
    _check_prerelease(prerelease)
    return Version(
        major=numbers[0],
        minor=numbers[1],
        patch=numbers[2],
        prerelease=prerelease,
        metadata=found[5] or b"",
        original=text,
    )


def compare_prereleases(left: bytes, right: bytes) -> int:
    """Return -1, 0 or 1: identifier by identifier, numbers as numbers and before words, fewer before more."""
    mine, others = left.split(b"."), right.split(b".")
    for one, other in zip(mine, others, strict=False):
        if one != other:
            return 1 if _rank(one) > _rank(other) else -1
    return (len(mine) > len(others)) - (len(mine) < len(others))


def _rank(identifier: bytes) -> tuple[bool, int, bytes]:
    is_number = identifier.isdigit() and len(identifier) < _LONGEST_NUMBER and int(identifier) <= _MAX_UINT64
    return (not is_number, int(identifier) if is_number else 0, b"" if is_number else identifier)


def _number(digits: bytes) -> int:
    number = int(digits) if len(digits) < _LONGEST_NUMBER else _MAX_UINT64 + 1
    if number > _MAX_UINT64:
        raise Fault("a part of the version is too large")
    return number


def _check_prerelease(prerelease: bytes) -> None:
    if any(each.isdigit() and len(each) > 1 and each.startswith(b"0") for each in prerelease.split(b".")):
        raise Fault("a number in a pre-release cannot begin with 0")


def _expect(arguments: tuple[Value, ...], count: int) -> None:
    if len(arguments) != count:
        raise Fault(f"the method of a version takes {count} arguments")


def _version(value: Value) -> Version:
    if not isinstance(value, Version) or not value.is_pointer:
        raise Fault("versions are compared with versions that `semver` made")
    return value


_PARTS: Final[Mapping[str, Callable[[Version], Value]]] = {
    "Major": lambda version: Sized(version.major, UINT64),
    "Minor": lambda version: Sized(version.minor, UINT64),
    "Patch": lambda version: Sized(version.patch, UINT64),
    "Prerelease": lambda version: version.prerelease,
    "Metadata": lambda version: version.metadata,
    "Original": lambda version: version.original,
    "String": lambda version: version.text(),
    "IncMajor": lambda version: version.next(major=True),
    "IncMinor": lambda version: version.next(minor=True),
    "IncPatch": lambda version: version.next(),
}
_COMPARISONS: Final[Mapping[str, Callable[[int], Value]]] = {
    "Compare": lambda order: order,
    "Equal": lambda order: order == 0,
    "LessThan": lambda order: order < 0,
    "LessThanEqual": lambda order: order <= 0,
    "GreaterThan": lambda order: order > 0,
    "GreaterThanEqual": lambda order: order >= 0,
}
_SETTERS: Final = {"SetPrerelease": "prerelease", "SetMetadata": "metadata"}
