"""Constraints that versions are checked against: `^1.2`, `~1.2.3`, `>=1.0 <2.0 || 3.x`, `1.2 - 1.4`.

As Masterminds/semver 3.4 reads them: https://pkg.go.dev/github.com/Masterminds/semver/v3#hdr-Checking_Version_Constraints.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from keyferry.template.functions.function import Fault
from keyferry.template.functions.versions import version as semver
from keyferry.template.functions.versions.version import Version

_LONGEST: Final = 2048  # bytes of a constraint
_SPACE: Final = b"\t\n\f\r "
_VERSION: Final = (
    rb"v?[0-9xX*|]++(?:\.[0-9xX*|]++)?+(?:\.[0-9xX*|]++)?+"
    rb"(?:-[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)?+(?:\+[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)?+"
)
_PARTS: Final = re.compile(rb"v?([^.+-]+)(?:\.([^.+-]+))?(?:\.([^.+-]+))?(-[^+]+)?(?:\+.*)?", re.DOTALL)
_ITEM: Final = re.compile(rb"(=>|=<|=|!=|>=|<=|>|<|~>|~|\^)?+[\t\n\f\r ]*+(" + _VERSION + rb")")
_SPAN: Final = re.compile(rb"(" + _VERSION + rb")[\t\n\f\r ]++-[\t\n\f\r ]++(" + _VERSION + rb")")
_ANY: Final = frozenset({b"x", b"X", b"*", None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One operator and its version. `any_minor` and `any_patch` tell where that version has an `x`, or ends early."""

    operator: bytes
    version: Version
    any_major: bool = False
    any_minor: bool = False
    any_patch: bool = False

    @property
    def is_range(self) -> bool:
        """Whether a part of the version is left open."""
        return self.any_major or self.any_minor or self.any_patch

    def admits(self, version: Version) -> bool:
        """Say whether a version satisfies the constraint; pre-releases are the business of the group."""
        return _OPERATORS[self.operator](self, version)


Groups: TypeAlias = tuple[tuple[Constraint, ...], ...]


def parse(text: bytes) -> Groups:
    """Return groups, one of which must hold, of constraints, all of which must; Fault where the text is none."""
    if len(text) > _LONGEST:
        raise Fault("the version constraint is too long")
    return tuple(_group(each) for each in _without_spans(text).split(b"||"))


def admits(groups: Groups, version: Version) -> bool:
    """Say whether a version satisfies a group. A pre-release does only where the group names a pre-release itself."""
    return any(
        all(each.admits(version) for each in group)
        for group in groups
        if not version.prerelease or any(each.version.prerelease for each in group)
    )


def _without_spans(text: bytes) -> bytes:
    """Write `A - B` as two constraints."""
    made, at = b"", 0
    for found in _SPAN.finditer(text):
        made += text[at : found.start()].rstrip(_SPACE) + b">= %b, <= %b " % found.groups()
        at = len(text) - len(text[found.end() :].lstrip(_SPACE))
    return made + text[at:]


def _group(text: bytes) -> tuple[Constraint, ...]:
    """Return the constraints of a group, between which stand spaces or a comma."""
    constraints, at = [], _after_space(text, 0)
    while True:
        item = _ITEM.match(text, at)
        if not item:
            raise Fault("the version constraint is not valid")
        constraints.append(_constraint(item[1] or b"", item[2]))
        at = _after_space(text, item.end())
        if at == len(text):
            return tuple(constraints)
        if text[at : at + 1] == b",":
            at = _after_space(text, at + 1)
        elif at == item.end():
            raise Fault("the version constraint is not valid")


def _after_space(text: bytes, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _constraint(operator: bytes, text: bytes) -> Constraint:
    found = _PARTS.fullmatch(text)
    assert found, "an item holds a version"
    major, minor, patch, prerelease = found.groups()
    prerelease = prerelease or b""
    if major in _ANY:
        return Constraint(operator=operator, version=semver.parse(b"0.0.0" + prerelease), any_major=True)
    if minor in _ANY:
        version = semver.parse(major + b".0.0" + prerelease)
        return Constraint(operator=operator, version=version, any_minor=True)
    if patch in _ANY:
        version = semver.parse(major + b"." + minor + b".0" + prerelease)
        return Constraint(operator=operator, version=version, any_patch=True)
    return Constraint(operator=operator, version=semver.parse(text))


def _equals(constraint: Constraint, version: Version) -> bool:
    return _tilde(constraint, version) if constraint.is_range else version.compare(constraint.version) == 0


def _differs(constraint: Constraint, version: Version) -> bool:
    named = constraint.version
    if not constraint.is_range or constraint.any_major:
        return version.compare(named) != 0
    if version.major != named.major:
        return True
    if constraint.any_minor or version.minor != named.minor:
        return not constraint.any_minor
    return version.prerelease != named.prerelease


def _is_greater(constraint: Constraint, version: Version) -> bool:
    named = constraint.version
    if constraint.any_minor:
        return version.major > named.major
    if constraint.any_patch:
        return (version.major, version.minor) > (named.major, named.minor)
    return version.compare(named) > 0


def _is_less(constraint: Constraint, version: Version) -> bool:
    return version.compare(constraint.version) < 0


def _is_at_least(constraint: Constraint, version: Version) -> bool:
    return version.compare(constraint.version) >= 0


def _is_at_most(constraint: Constraint, version: Version) -> bool:
    named = constraint.version
    if not constraint.is_range:
        return version.compare(named) <= 0
    if constraint.any_minor:
        return version.major <= named.major
    return (version.major, version.minor) <= (named.major, named.minor)


def _tilde(constraint: Constraint, version: Version) -> bool:
    """The same minor version, or major one where no minor is named; `~0.0.0` and `*` admit every later one."""
    named = constraint.version
    if version.compare(named) < 0:
        return False
    is_open = not (constraint.any_minor or constraint.any_patch)
    if is_open and not named.major and not named.minor and not named.patch:
        return True
    return version.major == named.major and (constraint.any_minor or version.minor == named.minor)


def _caret(constraint: Constraint, version: Version) -> bool:
    """The same version up to its first part that is not 0."""
    named = constraint.version
    if version.compare(named) < 0 or version.major != named.major:
        return False
    if named.major or constraint.any_minor:
        return True
    if version.minor != named.minor:
        return False
    return bool(named.minor) or constraint.any_patch or version.patch == named.patch


_OPERATORS: Final[Mapping[bytes, Callable[[Constraint, Version], bool]]] = {
    b"": _equals,
    b"=": _equals,
    b"!=": _differs,
    b">": _is_greater,
    b"<": _is_less,
    b">=": _is_at_least,
    b"=>": _is_at_least,
    b"<=": _is_at_most,
    b"=<": _is_at_most,
    b"~": _tilde,
    b"~>": _tilde,
    b"^": _caret,
}
