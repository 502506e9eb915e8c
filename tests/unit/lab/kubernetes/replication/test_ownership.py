import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import ownership

OWNER: Object = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web", "uid": "u"}}


def test_a_reference_is_found_again() -> None:
    reference = ownership.reference(OWNER)
    assert ownership.controller_of({"metadata": {"ownerReferences": [reference]}}) == reference


@pytest.mark.parametrize("references", [None, [], [{"uid": "x", "controller": False}]])
def test_not_every_owner_is_the_controller(references: object) -> None:
    assert ownership.controller_of({"metadata": {"ownerReferences": references}}) is None
