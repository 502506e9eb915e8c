"""The functions of semantic versions."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.functions.versions import constraint as constraints
from keyferry.template.functions.versions import version as semver
from keyferry.template.values import STRING, Value


@named("semver", STRING)
def _semver(text: bytes) -> Value:
    return semver.parse(text)


@named("semverCompare", STRING, STRING, knows_world=True)
def _semver_compare(world: Surroundings, constraint: bytes, text: bytes) -> bool:
    costs.characters(world, constraint)
    return constraints.admits(constraints.parse(constraint), semver.parse(text))


FUNCTIONS: Final[tuple[Function, ...]] = (_semver, _semver_compare)
