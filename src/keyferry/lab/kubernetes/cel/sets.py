"""Lists as sets. Source: https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries"""

from collections.abc import Sequence
from typing import Any, Final

from keyferry.lab.kubernetes.cel.functions import BOOL, LIST, Function


def _contains(values: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(other in values for other in others)


def _equivalent(values: Sequence[Any], others: Sequence[Any]) -> bool:
    return _contains(values, others) and _contains(others, values)


def _intersects(values: Sequence[Any], others: Sequence[Any]) -> bool:
    return any(other in values for other in others)


FUNCTIONS: Final = tuple(
    Function(name=f"sets.{name}", takes=(LIST, LIST), gives=BOOL, does=does, is_member=False)
    for name, does in (("contains", _contains), ("equivalent", _equivalent), ("intersects", _intersects))
)
