"""Label selectors as Kubernetes reads them: which labels fit, and what is wrong with a selector. Pure.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
An empty selector fits everything; a selector that is not there is not this module's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from keyferry.model.errors import foreign
from keyferry.spec import labels
from keyferry.spec.problems import Problems, did_you_mean


class Operator(StrEnum):
    """`operator` of a requirement."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one label must be. `values` belong to In and NotIn alone."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def fits(self, present: Mapping[str, str]) -> bool:
        """Tell whether the labels meet it. An absent label is NotIn anything."""
        match self.operator:
            case Operator.IN:
                return self.key in present and present[self.key] in self.values
            case Operator.NOT_IN:
                return self.key not in present or present[self.key] not in self.values
            case Operator.EXISTS:
                return self.key in present
            case Operator.DOES_NOT_EXIST:
                return self.key not in present
            case _:
                assert_never(self.operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSelector:
    """Requirements that must all hold."""

    requirements: tuple[Requirement, ...] = ()

    def fits(self, present: Mapping[str, str]) -> bool:
        """Tell whether the labels meet every requirement; any labels meet none at all."""
        return all(requirement.fits(present) for requirement in self.requirements)


def check(fields: Mapping[str, Any], path: str, problems: Problems) -> None:
    """Note what the API server's own controllers would refuse in a selector whose types were checked before."""
    labels.check_labels(fields.get("matchLabels", {}), f"{path}.matchLabels", problems)
    for index, expression in enumerate(fields.get("matchExpressions", ())):
        _check_expression(expression, f"{path}.matchExpressions[{index}]", problems)


def parse(fields: Mapping[str, Any]) -> LabelSelector:
    """Return the selector that `check` found nothing wrong with."""
    equal = (
        Requirement(key=key, operator=Operator.IN, values=frozenset({value}))
        for key, value in fields.get("matchLabels", {}).items()
    )
    expressed = (
        Requirement(
            key=expression["key"],
            operator=Operator(expression["operator"]),
            values=frozenset(expression.get("values", ())),
        )
        for expression in fields.get("matchExpressions", ())
    )
    return LabelSelector(requirements=(*equal, *expressed))


def _check_expression(expression: Mapping[str, Any], path: str, problems: Problems) -> None:
    operator, values = expression.get("operator"), expression.get("values", ())
    if "key" in expression:
        labels.check_labels({expression["key"]: ""}, f"{path}.key", problems)
    if operator is None:
        return  # its absence was told when the fields were checked
    if operator not in set(Operator):
        remedy = did_you_mean(operator, Operator) or f"write one of {', '.join(Operator)}"
        problems.add(f"{path}.operator", f'"{foreign(operator)}" is no operator of a label selector', remedy)
        return
    takes_values = operator in {Operator.IN, Operator.NOT_IN}
    if takes_values and not values:
        problems.add(f"{path}.values", f"are missing, and {operator} needs them", "add a value")
    if values and not takes_values:
        problems.add(f"{path}.values", f"are there, and {operator} takes none", "remove them")
