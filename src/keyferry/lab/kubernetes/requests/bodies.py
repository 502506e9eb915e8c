"""Request bodies: JSON, YAML or protobuf, read into plain dicts, and checked to be what the path is about."""

from typing import Any

import msgspec
import yaml

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.protobuf import decode
from keyferry.lab.kubernetes.protobuf.decode import ProtobufError
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.world.http import Request

PROTOBUF = "application/vnd.kubernetes.protobuf"
_YAML = "application/yaml"
_JSON = ("application/json", "")
_LISTS = ("labels", "annotations", "finalizers", "ownerReferences", "managedFields")


def read(request: Request) -> Any:
    """Return the document in the body; UnsupportedMediaType or BadRequest when it cannot be read."""
    match media_type(request):
        case media if media in _JSON:
            return json(request.body)
        case media if media == _YAML:
            return yaml_document(request.body)
        case media if media == PROTOBUF:
            return protobuf(request.body)
    raise status.unsupported_media_type(
        "the body of the request was in an unknown format - accepted media types include: "
        "application/json, application/yaml, application/vnd.kubernetes.protobuf",
    )


def media_type(request: Request) -> str:
    """Return the Content-Type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def json(text: bytes) -> Any:
    """Return the JSON document; BadRequest when it is none."""
    try:
        return objects.decode(text)
    except msgspec.DecodeError as refusal:
        raise status.bad_request(f"error decoding the request body: {refusal}") from refusal


def protobuf(body: bytes) -> Any:
    """Return the object in Kubernetes' protobuf envelope; UnsupportedMediaType for a kind the server cannot read."""
    try:
        return decode.decode(body)
    except ProtobufError as refusal:
        raise status.unsupported_media_type(str(refusal)) from refusal


def yaml_document(text: bytes) -> Any:
    """Return the YAML document with JSON's types alone; BadRequest when it is none."""
    try:
        return objects.decode(text)  # JSON is YAML, and most of what clients send
    except msgspec.DecodeError:
        pass
    try:
        return objects.copy(yaml.load(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, TypeError) as refusal:
        raise status.bad_request(f"error decoding the request body: {type(refusal).__name__}") from refusal


def of(resource: Resource, document: Any) -> Object:
    """Return `document` as an object of `resource` with well-formed metadata; BadRequest when it is not one."""
    if not isinstance(document, dict):
        raise status.bad_request("the body is not an object: it must have apiVersion, kind and metadata")
    group_version = document.setdefault("apiVersion", resource.group_version)
    if document.setdefault("kind", resource.kind) != resource.kind:
        raise status.bad_request(
            f'{document["kind"]} in version "{group_version}" cannot be handled as a {resource.kind}: '
            "the kind in the data does not match the resource of the path",
        )
    if group_version != resource.group_version:
        raise status.bad_request(
            f"the API version in the data ({group_version}) does not match the expected API version "
            f"({resource.group_version})",
        )
    _check_metadata(document)
    return document


def _check_metadata(document: Object) -> None:
    metadata = document["metadata"] = document.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise status.bad_request("metadata: expected an object")
    _check_types(metadata)
    for field in [field for field, value in metadata.items() if value is None or (field in _LISTS and not value)]:
        del metadata[field]


def _check_types(metadata: Object) -> None:
    for field in ("labels", "annotations"):
        _check_texts(metadata, field)
    for field in ("finalizers", "ownerReferences", "managedFields"):
        if metadata.get(field) is not None and not isinstance(metadata[field], list):
            raise status.bad_request(
                f"json: cannot unmarshal into Go struct field ObjectMeta.metadata.{field}: not a list"
            )
    for field in ("name", "generateName", "namespace", "uid", "resourceVersion"):
        if not isinstance(metadata.get(field, ""), str):
            raise status.bad_request(
                f"json: cannot unmarshal into Go struct field ObjectMeta.metadata.{field} of type string"
            )


def _check_texts(metadata: Object, field: str) -> None:
    texts = metadata.get(field)
    if texts is None:
        return
    if not isinstance(texts, dict) or not all(isinstance(value, str) for value in texts.values()):
        raise status.bad_request(
            f"json: cannot unmarshal into Go struct field ObjectMeta.metadata.{field} of type string: "
            "every value must be a text (quote numbers and booleans in YAML)",
        )
