"""Kubernetes' functions of lists. Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from keyferry.lab.kubernetes.cel.functions import BOOL, DYN, INT, LIST, Function


def _is_sorted(values: Sequence[Any]) -> bool:
    return all(left <= right for left, right in pairwise(values))


def _index(values: Sequence[Any], wanted: Any) -> int:
    return next((index for index, value in enumerate(values) if value == wanted), -1)


def _last_index(values: Sequence[Any], wanted: Any) -> int:
    return len(values) - 1 - found if (found := _index(values[::-1], wanted)) >= 0 else -1


def _of_some(name: str, choose: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    def chosen(values: Sequence[Any]) -> Any:
        if not values:
            raise ValueError(f"{name} called on empty list")
        return choose(values)

    return chosen


FUNCTIONS: Final = (
    Function(name="isSorted", takes=(LIST,), gives=BOOL, does=_is_sorted),
    Function(name="sum", takes=(LIST,), gives=DYN, does=sum),
    Function(name="min", takes=(LIST,), gives=DYN, does=_of_some("min", min)),
    Function(name="max", takes=(LIST,), gives=DYN, does=_of_some("max", max)),
    Function(name="indexOf", takes=(LIST, DYN), gives=INT, does=_index),
    Function(name="lastIndexOf", takes=(LIST, DYN), gives=INT, does=_last_index),
)
