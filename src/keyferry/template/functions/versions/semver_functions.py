"""The functions of semantic versions."""

from typing import Final

from keyferry.template.functions.function import Function, named
from keyferry.template.functions.versions import constraint as constraints
from keyferry.template.functions.versions import version as semver
from keyferry.template.values import STRING, Value


@named("semver", STRING)
def _semver(text: bytes) -> Value:
    return semver.parse(text)


@named("semverCompare", STRING, STRING)
def _semver_compare(constraint: bytes, text: bytes) -> bool:
    return constraints.admits(constraints.parse(constraint), semver.parse(text))


FUNCTIONS: Final[tuple[Function, ...]] = (_semver, _semver_compare)
