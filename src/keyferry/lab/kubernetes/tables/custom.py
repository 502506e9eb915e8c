"""Cells of custom resources, from their definition's additionalPrinterColumns.

Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.
"""

from datetime import datetime
from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Column
from keyferry.lab.kubernetes.tables import durations, jsonpath


def cells(document: Object, columns: tuple[Column, ...], now: datetime) -> list[Any]:
    """Return the cell of every column; null where its path finds nothing or a value of another type."""
    return [_cell(document, column, now) for column in columns]


def _cell(document: Object, column: Column, now: datetime) -> Any:
    found = jsonpath.find(document, column.path)
    if column.type == "date":
        return durations.age(found[0], now) if found else durations.UNKNOWN
    if not found:
        return None
    match column.type, found[0]:
        case "string", _:
            return ",".join(_text(value) for value in found) if len(found) > 1 else _text(found[0])
        case "boolean", bool() as flag:
            return flag
        case "integer", int() | float() as number if not isinstance(number, bool):
            return int(number)
        case "number", int() | float() as number if not isinstance(number, bool):
            return number
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return objects.encode(value).decode()
