from keyferry.lab.kubernetes.schemas import metadata


def test_a_kind_knows_its_name_and_its_frame() -> None:
    schema = metadata.kind(("g.io", "v1", "Thing"), "A thing.", {"spec": {"type": "object"}})

    assert schema["x-kubernetes-group-version-kind"] == [{"group": "g.io", "version": "v1", "kind": "Thing"}]
    assert list(schema["properties"]) == ["apiVersion", "kind", "metadata", "spec"]


def test_owners_are_told_apart_by_uid_and_finalizers_are_a_set() -> None:
    fields = metadata.OBJECT_META["properties"]

    assert fields["ownerReferences"]["x-kubernetes-list-map-keys"] == ["uid"]
    assert fields["ownerReferences"]["items"]["x-kubernetes-map-type"] == "atomic"
    assert fields["finalizers"]["x-kubernetes-list-type"] == "set"
