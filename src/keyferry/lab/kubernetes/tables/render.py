"""Objects as a meta.k8s.io/v1 Table.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Column, Resource
from keyferry.lab.kubernetes.tables import builtin, custom

NAME = Column(
    name="Name",
    format="name",
    description="Name must be unique within a namespace. Is required when creating resources.",
)


def table(resource: Resource, documents: Iterable[Object], now: datetime, include_object: str) -> Object:
    """Return the stored `documents` as a Table; each row carries its object as `include_object` says."""
    columns = resource.columns if resource.custom else builtin.columns(resource.group, resource.plural)
    rows = [_row(resource, resource.view(document), now, include_object) for document in documents]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": [_definition(column) for column in (NAME, *columns)],
        "rows": rows,
    }


def _definition(column: Column) -> Object:
    return {
        "name": column.name,
        "type": "string" if column.type == "date" and not column.path else column.type,
        "format": column.format,
        "description": column.description,
        "priority": column.priority,
    }


def _row(resource: Resource, document: Object, now: datetime, include_object: str) -> Object:
    rest = (
        custom.cells(document, resource.columns, now)
        if resource.custom
        else builtin.cells(resource.group, resource.plural, document, now)
    )
    row: Object = {"cells": [document["metadata"].get("name", ""), *rest]}
    shown = _object(document, include_object)
    return row | {"object": shown} if shown is not None else row


def _object(document: Object, include_object: str) -> Any:
    match include_object:
        case "None":
            return None
        case "Object":
            return document
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": document["metadata"]}
