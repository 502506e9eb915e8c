from keyferry.lab.kubernetes.builtin import kinds
from keyferry.lab.kubernetes.crds import registration
from keyferry.lab.kubernetes.discovery import openapi
from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import ferry_definition

RESOURCES = [*kinds.resources(), *registration.resources(ferry_definition())]


def _document(group_version: str) -> Object:
    found = openapi.document(RESOURCES, group_version)
    assert found is not None
    return found


def test_the_index_names_a_document_for_every_version() -> None:
    paths = openapi.index(RESOURCES)["paths"]
    assert {"api/v1", "apis/apps/v1", "apis/example.com/v1", "apis/example.com/v1beta1"} <= paths.keys()
    assert paths["api/v1"]["serverRelativeURL"].startswith("/openapi/v3/api/v1?hash=")


def test_operations_tell_their_kind_and_take_field_validation() -> None:
    patch = _document("apps/v1")["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "apps", "version": "v1", "kind": "Deployment"}
    assert "fieldValidation" in [parameter["name"] for parameter in patch["parameters"]]
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]


def test_custom_resources_take_no_strategic_patch_and_have_metadata() -> None:
    document = _document("example.com/v1")
    path = "/apis/example.com/v1/namespaces/{namespace}/ferries/{name}"
    assert "application/strategic-merge-patch+json" not in document["paths"][path]["patch"]["requestBody"]["content"]
    assert f"{path}/status" in document["paths"]
    schema = document["components"]["schemas"]["com.example.v1.Ferry"]
    assert {"apiVersion", "kind", "metadata", "spec"} <= schema["properties"].keys()
    assert "labels" in schema["properties"]["metadata"]["properties"]


def test_reviews_can_only_be_posted() -> None:
    paths = _document("authentication.k8s.io/v1")["paths"]
    assert paths["/apis/authentication.k8s.io/v1/tokenreviews"].keys() == {"post"}


def test_every_reference_leads_somewhere() -> None:
    for group_version in {one.group_version for one in RESOURCES}:
        document = _document(group_version)
        for operations in document["paths"].values():
            for operation in operations.values():
                reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
                assert reference.rpartition("/")[2] in document["components"]["schemas"]


def test_versions_that_are_not_served_have_no_document() -> None:
    assert openapi.document(RESOURCES, "none.io/v1") is None
