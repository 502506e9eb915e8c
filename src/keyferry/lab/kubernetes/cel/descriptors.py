"""Kubernetes' own types, by which mistakes are found before anything is asked.

The fields of `request` are those of AdmissionRequest without `uid`, `object` and `oldObject`. The others have none:
only functions take them. Source: `k8s.io/apiserver/pkg/admission/plugin/cel`, the type of the request.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from google.protobuf import struct_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

REQUEST: Final = "kubernetes.AdmissionRequest"
_ANY: Final = ".google.protobuf.Value"
_LIST: Final = ".google.protobuf.ListValue"
_KIND: Final = "kubernetes.GroupVersionKind"
_RESOURCE: Final = "kubernetes.GroupVersionResource"
_USER: Final = "kubernetes.UserInfo"
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        _KIND: {"group": "", "version": "", "kind": ""},
        _RESOURCE: {"group": "", "version": "", "resource": ""},
        _USER: {"username": "", "uid": "", "groups": _LIST, "extra": _ANY},
        REQUEST: {
            "kind": f".{_KIND}",
            "resource": f".{_RESOURCE}",
            "subResource": "",
            "requestKind": f".{_KIND}",
            "requestResource": f".{_RESOURCE}",
            "requestSubResource": "",
            "name": "",
            "namespace": "",
            "operation": "",
            "userInfo": f".{_USER}",
            "dryRun": "bool",
            "options": _ANY,
        },
    }
)  # "" is a string


def pool(others: Iterable[str]) -> DescriptorPool:
    """Return descriptors of the request, of the types that its fields have, and of `others` without fields."""
    found = DescriptorPool()
    found.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    for name, fields in {**_FIELDS, **{name: {} for name in sorted(others)}}.items():
        found.AddSerializedFile(_file(name, fields).SerializeToString())
    return found


def _file(name: str, fields: Mapping[str, str]) -> FileDescriptorProto:
    package, _, last = name.rpartition(".")
    file = FileDescriptorProto(name=f"{name}.proto", package=package, syntax="proto3")
    message = file.message_type.add(name=last)
    for number, (field_name, type_name) in enumerate(fields.items(), 1):
        field = message.field.add(name=field_name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
        match type_name:
            case "":
                field.type = FieldDescriptorProto.TYPE_STRING
            case "bool":
                field.type = FieldDescriptorProto.TYPE_BOOL
            case _:
                field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, type_name
    needed = {
        struct_pb2.DESCRIPTOR.name if text.startswith(".google") else f"{text[1:]}.proto"
        for text in fields.values()
        if "." in text
    }
    file.dependency.extend(sorted(needed))
    return file
