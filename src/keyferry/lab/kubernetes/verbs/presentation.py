"""Objects as bytes in the form that a client asked for. What two watchers share is encoded once.

Called by every verb; calls `tables` for rows.
"""

from collections.abc import Iterable
from datetime import datetime

import yaml

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes import warnings as told
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.tables import render
from keyferry.lab.world.http import Response

PARTIAL_VERSION = "meta.k8s.io/v1"


def whole(stored: Stored, resource: Resource) -> bytes:
    """Return the object as JSON in the version of `resource`."""
    key = ("whole", resource.group, resource.version)
    found = stored.forms.get(key)
    if found is None:
        found = stored.forms[key] = objects.encode(resource.view(stored.document))
    return found


def partial(stored: Stored) -> bytes:
    """Return the object's metadata as a PartialObjectMetadata."""
    found = stored.forms.get(("partial",))
    if found is None:
        found = stored.forms["partial",] = objects.encode(_partial(stored.document))
    return found


def one(stored: Stored, resource: Resource, form: Form, now: datetime) -> bytes:
    """Return a single object in `form`."""
    match form.shape:
        case "partial":
            return partial(stored)
        case "table":
            return objects.encode(render.table(resource, [stored.document], now, form.include_object))
    return _yaml(whole(stored, resource)) if form.yaml else whole(stored, resource)


def many(found: Iterable[Stored], resource: Resource, form: Form, now: datetime, metadata: Object) -> bytes:
    """Return a list in `form`. `metadata` is the list's own."""
    match form.shape:
        case "table":
            rows = render.table(resource, [stored.document for stored in found], now, form.include_object)
            return objects.encode(rows | {"metadata": metadata})
        case "partial":
            head = {"kind": "PartialObjectMetadataList", "apiVersion": PARTIAL_VERSION, "metadata": metadata}
            return _list(head, [partial(stored) for stored in found])
    head = {"kind": resource.list_kind, "apiVersion": resource.group_version, "metadata": metadata}
    body = _list(head, [_item(stored, resource) for stored in found])
    return _yaml(body) if form.yaml else body


def response(status: int, body: bytes, form: Form, warnings: Iterable[str] = ()) -> Response:
    """Return the answer with its headers."""
    media = "application/yaml" if form.yaml else "application/json"
    return Response(status=status, headers=(("Content-Type", media), *told.headers(warnings)), body=body)


def _item(stored: Stored, resource: Resource) -> bytes:
    """Return the object as it stands in a list: lists of built-in kinds do not repeat kind and apiVersion."""
    if resource.custom:
        return whole(stored, resource)
    key = ("item", resource.group, resource.version)
    found = stored.forms.get(key)
    if found is None:
        document = resource.view(stored.document)
        bare = {field: value for field, value in document.items() if field not in ("apiVersion", "kind")}
        found = stored.forms[key] = objects.encode(bare)
    return found


def _list(head: Object, encoded: list[bytes]) -> bytes:
    return objects.encode(head)[:-1] + b',"items":[' + b",".join(encoded) + b"]}"


def _partial(document: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": PARTIAL_VERSION, "metadata": document["metadata"]}


def _yaml(body: bytes) -> bytes:
    return yaml.safe_dump(objects.decode(body), sort_keys=False, allow_unicode=True).encode()
