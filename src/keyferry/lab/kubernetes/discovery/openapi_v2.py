"""OpenAPI v2, in the form and as much of it as kubectl asks for when it applies a List.

It looks for a kind's PATCH and for that one's parameter `fieldValidation`, by which the server checks fields itself. Of
schemas there are none: they are in OpenAPI v3. Field numbers: `google/gnostic`, openapiv2/OpenAPIv2.proto.
"""

from collections.abc import Iterable
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource

MEDIA: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
ACCEPTED: Final = (MEDIA, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")  # no media type, and asked for
_KIND: Final = "x-kubernetes-group-version-kind"
_QUERY: Final = ("dryRun", "fieldManager", "fieldValidation")
_BYTES: Final = 2  # the wire type of what has a length


def is_wanted(accept: str) -> bool:
    """Whether a client takes the document in protobuf."""
    return any(media in accept for media in ACCEPTED)


def document(resources: Iterable[Resource]) -> Object:
    """Return the document as JSON."""
    paths = {_path(one): {"patch": _patch(one)} for one in resources if "patch" in one.verbs}
    return {"swagger": "2.0", "info": {"title": "Kubernetes", "version": "v1.34.0"}, "paths": paths}


def protobuf(found: Object) -> bytes:
    """Return the same in protobuf."""
    info = _field(1, found["info"]["title"]) + _field(2, found["info"]["version"])
    paths = b"".join(
        _field(2, _field(1, path) + _field(2, _field(8, _operation(item["patch"]))))
        for path, item in found["paths"].items()
    )
    return _field(1, found["swagger"]) + _field(2, info) + _field(8, paths)


def _path(resource: Resource) -> str:
    root = f"/apis/{resource.group_version}" if resource.group else f"/api/{resource.version}"
    place = "/namespaces/{namespace}" if resource.namespaced else ""
    return f"{root}{place}/{resource.plural}/{{name}}"


def _patch(resource: Resource) -> Object:
    return {
        "parameters": [{"in": "query", "name": name, "type": "string"} for name in _QUERY],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": "patch",
        _KIND: {"group": resource.group, "version": resource.version, "kind": resource.kind},
    }


def _operation(operation: Object) -> bytes:
    """Return an operation: each parameter is a query parameter within a parameter within an item."""
    parameters = [
        _field(
            8, _field(1, _field(2, _field(3, _field(2, one["in"]) + _field(4, one["name"]) + _field(6, one["type"]))))
        )
        for one in operation["parameters"]
    ]
    kind = _field(13, _field(1, _KIND) + _field(2, _field(2, objects.encode(operation[_KIND]))))
    return b"".join(parameters) + kind


def _field(number: int, value: bytes | str) -> bytes:
    body = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
