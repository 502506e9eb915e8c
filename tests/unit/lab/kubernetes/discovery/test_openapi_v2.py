"""The protobuf is read back by messages of the published field numbers, made here."""

from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.discovery import openapi_v2
from tests.fakes.kubernetes_cluster import FakeCluster

# Number and type of each field, "" for a text: https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto
MESSAGES = {
    "Document": {"swagger": (1, ""), "info": (2, "Info"), "paths": (8, "Paths")},
    "Info": {"title": (1, ""), "version": (2, "")},
    "Paths": {"path": (2, "NamedPathItem*")},
    "NamedPathItem": {"name": (1, ""), "value": (2, "PathItem")},
    "PathItem": {"patch": (8, "Operation")},
    "Operation": {"parameters": (8, "ParametersItem*"), "vendor_extension": (13, "NamedAny*")},
    "ParametersItem": {"parameter": (1, "Parameter")},
    "Parameter": {"non_body_parameter": (2, "NonBodyParameter")},
    "NonBodyParameter": {"query_parameter_sub_schema": (3, "Query")},
    "Query": {"in": (2, ""), "name": (4, ""), "type": (6, "")},
    "NamedAny": {"name": (1, ""), "value": (2, "Any")},
    "Any": {"yaml": (2, "")},
}


def _read(body: bytes) -> Any:
    file = FileDescriptorProto(name="v2.proto", package="v2", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, (number, of) in fields.items():
            many = FieldDescriptorProto.LABEL_REPEATED if of.endswith("*") else FieldDescriptorProto.LABEL_OPTIONAL
            field = message.field.add(name=field_name, number=number, label=many)
            field.type = FieldDescriptorProto.TYPE_MESSAGE if of else FieldDescriptorProto.TYPE_STRING
            if of:
                field.type_name = f".v2.{of.removesuffix('*')}"
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("v2.Document")).FromString(body)


def test_kubectl_finds_each_kind_and_that_the_server_checks_its_fields() -> None:
    cluster = FakeCluster().with_ferries()
    answer = cluster.open("GET", "/openapi/v2", None, accept=openapi_v2.ACCEPTED[-1])
    assert dict(answer.headers)["Content-Type"] == openapi_v2.MEDIA
    found = _read(answer.body)  # type: ignore[union-attr]  # no stream
    assert (found.swagger, found.info.title) == ("2.0", "Kubernetes")
    kinds = {}
    for path in found.paths.path:
        (extension,) = path.value.patch.vendor_extension
        kind = objects.decode(extension.value.yaml)
        kinds[kind["group"], kind["kind"]] = path.name
        names = [
            one.parameter.non_body_parameter.query_parameter_sub_schema.name for one in path.value.patch.parameters
        ]
        assert (extension.name, "fieldValidation" in names) == ("x-kubernetes-group-version-kind", True)
    assert kinds["", "Namespace"] == "/api/v1/namespaces/{name}"
    assert kinds["example.com", "Ferry"].startswith("/apis/example.com/")


def test_the_same_in_json() -> None:
    paths = FakeCluster().get("/openapi/v2").document["paths"]
    assert "/api/v1/namespaces/{namespace}/secrets/{name}" in paths
    assert "/api/v1/namespaces/{name}" in paths
