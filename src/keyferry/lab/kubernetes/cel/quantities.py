"""Amounts as Kubernetes writes them: 200m, 1.5Gi.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library and
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any, Final

from keyferry.lab.kubernetes.cel.functions import BOOL, DOUBLE, INT, STRING, Function

QUANTITY: Final = "kubernetes.Quantity"
_FORM: Final = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})?")
_DECIMAL: Final = {suffix: Decimal(10) ** power for suffix, power in zip("num", (-9, -6, -3), strict=True)} | {
    suffix: Decimal(10) ** (3 * power) for power, suffix in enumerate("kMGTPE", 1)
}
_SUFFIXES: Final = _DECIMAL | {f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)}
_EXACT: Final = Context(prec=400)
_MOST_CHARACTERS: Final = 64
_INT64: Final = range(-(2**63), 2**63)

_Value = dict[str, Any]


def _read(text: str) -> Decimal:
    found = _FORM.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    if found is None:
        raise ValueError(f"quantities must match the regular expression {_FORM.pattern!r}")
    number, suffix = found.groups()
    if suffix and suffix[0] in "eE" and len(suffix) > 1 and suffix != "Ei":
        return _EXACT.multiply(Decimal(number), Decimal(10) ** int(suffix[1:]))
    return _EXACT.multiply(Decimal(number), _SUFFIXES.get(suffix, Decimal(1)))


def _quantity(text: str) -> _Value:
    return _value(_read(text))


def _is_quantity(text: str) -> bool:
    try:
        _read(text)
    except ValueError:
        return False
    return True


def _value(number: Decimal) -> _Value:
    """Return the map that stands for a quantity: equal quantities are equal maps."""
    return {"quantity": str(number.normalize(_EXACT))}


def _number(value: _Value | int) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(value["quantity"])


def _is_integer(value: _Value) -> bool:
    number = _number(value)
    return number == number.to_integral_value(context=_EXACT) and int(number) in _INT64


def _as_integer(value: _Value) -> int:
    if not _is_integer(value):
        raise ValueError("cannot convert value to integer")
    return int(_number(value))


def _compared(of: Callable[[int], Any]) -> Callable[[_Value, _Value], Any]:
    return lambda value, other: of(int(_number(value).compare(_number(other))))


def _reckoned(of: Callable[[Decimal, Decimal], Decimal]) -> Callable[[_Value, _Value | int], _Value]:
    return lambda value, other: _value(of(_number(value), _number(other)))


def _sign(value: _Value) -> int:
    return int(_number(value).compare(Decimal(0)))


FUNCTIONS: Final = (
    Function(name="quantity", takes=(STRING,), gives=QUANTITY, does=_quantity, is_member=False),
    Function(name="isQuantity", takes=(STRING,), gives=BOOL, does=_is_quantity, is_member=False),
    Function(name="isInteger", takes=(QUANTITY,), gives=BOOL, does=_is_integer),
    Function(name="asInteger", takes=(QUANTITY,), gives=INT, does=_as_integer),
    Function(name="asApproximateFloat", takes=(QUANTITY,), gives=DOUBLE, does=lambda value: float(_number(value))),
    Function(name="sign", takes=(QUANTITY,), gives=INT, does=_sign),
    Function(name="compareTo", takes=(QUANTITY, QUANTITY), gives=INT, does=_compared(int)),
    Function(name="isGreaterThan", takes=(QUANTITY, QUANTITY), gives=BOOL, does=_compared(lambda order: order > 0)),
    Function(name="isLessThan", takes=(QUANTITY, QUANTITY), gives=BOOL, does=_compared(lambda order: order < 0)),
    *(
        Function(name=name, takes=(QUANTITY, other), gives=QUANTITY, does=_reckoned(of))
        for name, of in (("add", _EXACT.add), ("sub", _EXACT.subtract))
        for other in (QUANTITY, INT)
    ),
)
