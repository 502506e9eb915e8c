"""From a body of `application/vnd.kubernetes.protobuf` to the object as JSON would have it.

Called by the server for requests of kubectl, which posts protobuf for built-in kinds and does not fall back to JSON.
Source of the envelope: https://kubernetes.io/docs/reference/using-api/api-concepts/#kubernetes-protobuf-encoding
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from keyferry.lab.kubernetes.protobuf import access_pb2, apps_pb2, core_pb2, meta_pb2

MAGIC: Final = b"k8s\x00"
_RBAC = "rbac.authorization.k8s.io/v1"
_AUTHENTICATION = "authentication.k8s.io/v1"
_AUTHORIZATION = "authorization.k8s.io/v1"

_MESSAGES: Final[Mapping[tuple[str, str], type[Message]]] = {
    ("v1", "Namespace"): core_pb2.Namespace,
    ("v1", "Secret"): core_pb2.Secret,
    ("v1", "ConfigMap"): core_pb2.ConfigMap,
    ("v1", "ServiceAccount"): core_pb2.ServiceAccount,
    ("v1", "Service"): core_pb2.Service,
    ("v1", "ResourceQuota"): core_pb2.ResourceQuota,
    ("apps/v1", "Deployment"): apps_pb2.Deployment,
    (_RBAC, "Role"): access_pb2.Role,
    (_RBAC, "ClusterRole"): access_pb2.ClusterRole,
    (_RBAC, "RoleBinding"): access_pb2.Binding,
    (_RBAC, "ClusterRoleBinding"): access_pb2.Binding,
    (_AUTHENTICATION, "TokenRequest"): access_pb2.TokenRequest,
    (_AUTHENTICATION, "TokenReview"): access_pb2.TokenReview,
    (_AUTHENTICATION, "SelfSubjectReview"): access_pb2.SelfSubjectReview,
    (_AUTHORIZATION, "SubjectAccessReview"): access_pb2.SubjectAccessReview,
    (_AUTHORIZATION, "SelfSubjectAccessReview"): access_pb2.SubjectAccessReview,
    (_AUTHORIZATION, "SelfSubjectRulesReview"): access_pb2.SelfSubjectRulesReview,
}


class ProtobufError(Exception):
    """The body is no protobuf of Kubernetes, or of a kind or with a field that the lab does not know."""


def decode(body: bytes) -> dict[str, Any]:
    """Return the object in its JSON form, without fields that hold nothing.

    Raises ProtobufError where the body is malformed, or the kind or a field is not known: nothing is lost silently.
    """
    if not body.startswith(MAGIC):
        raise ProtobufError("the body does not start with the magic bytes of Kubernetes' protobuf")
    envelope = meta_pb2.Envelope()
    _parse(envelope, body[len(MAGIC) :])
    if envelope.contentEncoding or envelope.contentType:
        raise ProtobufError("the protobuf envelope holds an encoded body")
    named = envelope.typeMeta
    message = _message(named.apiVersion, named.kind)
    _parse(message, envelope.raw)
    return {"apiVersion": named.apiVersion, "kind": named.kind, **_object(message)}


def _message(api_version: str, kind: str) -> Message:
    if kind == "DeleteOptions":  # every group has one
        return meta_pb2.DeleteOptions()
    message = _MESSAGES.get((api_version, kind))
    if message is None:
        raise ProtobufError(f"{kind or 'an unnamed kind'} of {api_version or 'no version'} is not known as protobuf")
    return message()


def _parse(message: Message, data: bytes) -> None:
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise ProtobufError(f"the body is not a {message.DESCRIPTOR.name} in protobuf") from None


def _object(message: Message) -> dict[str, Any]:
    unknown: Any = UnknownFieldSet(message)  # its stub does not say that it is a sequence
    for field in unknown:
        raise ProtobufError(f"field {field.field_number} of {message.DESCRIPTOR.name} is not known")
    values = {field.name: _field(field, value) for field, value in message.ListFields()}
    return {name: value for name, value in values.items() if value is not None and value != {}}


def _field(field: FieldDescriptor, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _value(value[key]) for key in sorted(value)}
    return [_value(item) for item in value] if field.is_repeated else _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if not isinstance(value, Message):
        return value
    special = _SPECIAL.get(value.DESCRIPTOR.name)
    return special(value) if special else _object(value)


def _time(value: meta_pb2.Time) -> str | None:
    if not value.ListFields():
        return None  # kubectl writes an empty message for a time that is not set
    try:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)
    except OverflowError:
        raise ProtobufError("a time is out of range") from None
    return instant.isoformat().replace("+00:00", "Z")


def _int_or_string(value: meta_pb2.IntOrString) -> int | str:
    return value.strVal if value.type else value.intVal


def _quantity(value: meta_pb2.Quantity) -> str:
    return value.string


def _fields(value: meta_pb2.FieldsV1) -> Any:
    try:
        return json.loads(value.Raw or b"{}")
    except ValueError:
        raise ProtobufError("fieldsV1 is not JSON") from None


def _extra(value: access_pb2.ExtraValue) -> list[str]:
    return list(value.items)


_SPECIAL: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Time": _time,
    "IntOrString": _int_or_string,
    "Quantity": _quantity,
    "FieldsV1": _fields,
    "ExtraValue": _extra,
}
