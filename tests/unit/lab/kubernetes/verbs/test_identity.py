import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource
from keyferry.lab.kubernetes.verbs import identity
from tests.fakes.kubernetes_cluster import secret

OWNER = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": True}
SECRET = Resource(group="", version="v1", kind="Secret", plural="secrets")
POD = Resource(group="", version="v1", kind="Pod", plural="pods", tracks_generation=True, has_status=True)
PLAIN = Resource(group="x.io", version="v1", kind="X", plural="xs", tracks_generation=True)


@pytest.mark.parametrize(
    ("resource", "change", "generation"),
    [
        pytest.param(POD, {"spec": 2}, 4, id="specification"),
        pytest.param(POD, {"status": 2}, 3, id="status"),
        pytest.param(POD, {"metadata": {"generation": 3, "labels": {"a": "b"}}}, 3, id="metadata"),
        pytest.param(PLAIN, {"status": 2}, 4, id="a-status-that-is-no-subresource"),
        pytest.param(SECRET, {"spec": 2}, 3, id="a-kind-that-counts-nothing"),
    ],
)
def test_generations_count_changes_outside_metadata_and_status(
    resource: Resource, change: Object, generation: int
) -> None:
    old: Object = {"metadata": {"generation": 3}, "spec": 1, "status": 1}
    new: Object = {"metadata": {"generation": 3}, "spec": 1, "status": 1} | change
    identity.count_generation(resource, new, old)
    assert new["metadata"]["generation"] == generation


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"labels": {"a b": "x"}}, "metadata.labels: Invalid value", id="label"),
        pytest.param({"annotations": {"a b": "x"}}, "metadata.annotations: Invalid value", id="annotation"),
        pytest.param({"finalizers": ["a b"]}, "metadata.finalizers: Invalid value", id="finalizer"),
        pytest.param({"ownerReferences": [{}]}, "metadata.ownerReferences[0].uid: Required value", id="owner"),
        pytest.param(
            {"ownerReferences": [OWNER, OWNER | {"uid": "v"}]},
            "Only one reference can have Controller",
            id="controllers",
        ),
    ],
)
def test_checks_metadata(fields: Object, complaint: str) -> None:
    document = secret("a", **fields)
    document["metadata"]["namespace"] = "default"
    assert any(complaint in str(problem) for problem in identity.validate(SECRET, document, None))


def test_a_namespace_must_be_a_label() -> None:
    document = secret("a")
    document["metadata"]["namespace"] = "A.b"
    assert any("metadata.namespace" in str(problem) for problem in identity.validate(SECRET, document, None))


def test_drops_metadata_that_kubernetes_does_not_know() -> None:
    document: Object = {"metadata": {"name": "a", "colour": "red"}}
    assert identity.unknown_fields(document) == ["metadata.colour"]
    assert document == {"metadata": {"name": "a"}}
