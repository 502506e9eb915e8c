import json
from dataclasses import replace

from keyferry.sync.targets import desired, documents
from tests.fakes import generic_targets as targets


def test_the_body_is_the_object_whole() -> None:
    spec = targets.spec(targets.APP)
    scene = targets.scene(resource=targets.APPS)
    body = json.loads(documents.body(desired.of(scene, spec.target, targets.rendered(spec))))
    assert (body["apiVersion"], body["kind"]) == ("example.com/v1", "App")
    assert body["spec"] == {"data": {"PASSWORD": "s3cret"}}
    assert body["metadata"]["ownerReferences"] == [targets.OURS]
    assert {"resourceVersion", "finalizers"}.isdisjoint(body["metadata"])
    assert "status" not in body


def test_a_replacement_is_of_what_was_seen_and_keeps_the_status() -> None:
    spec = targets.spec(targets.APP)
    there = targets.live({"status": {"ready": True}}, finalizers=["a.io/x"])
    target = desired.of(targets.scene(there, targets.APPS), spec.target, targets.rendered(spec))
    body = json.loads(documents.body(replace(target, fields={"spec": {"apiVersion": "x"}}), "7"))
    assert body["metadata"]["resourceVersion"] == "7"
    assert body["metadata"]["finalizers"] == ["a.io/x"]
    assert body["status"] == {"ready": True}
