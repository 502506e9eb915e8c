from typing import Any

import pytest

from keyferry.spec import fanout
from keyferry.sync.fanout import child, wire
from keyferry.sync.fanout.child import Blueprint
from tests.fakes import fanouts
from tests.fakes.fanouts import CHILD, KIND

FORCE = "external-secrets.io/force-sync"


def blueprint(spec: dict[str, Any] | None = None, **metadata: Any) -> Blueprint:
    found = fanouts.watched(spec, **metadata)
    return Blueprint(KIND, fanout.parse(KIND.spec, wire.document(KIND.spec, found)))


METADATA = {"labels": {"team": "a"}, "annotations": {"note": "x"}}


def test_a_new_child_says_whose_it_is() -> None:
    made = blueprint({"externalSecretMetadata": METADATA}, annotations={FORCE: "1"}).document("app")
    assert made == {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {
            "name": "shared",
            "namespace": "app",
            "labels": {"team": "a"},
            "annotations": {"note": "x", FORCE: "1"},
            "ownerReferences": fanouts.owned_by(),
        },
        "spec": CHILD,
    }


def test_a_new_child_without_metadata_has_none() -> None:
    assert set(blueprint().document("app")["metadata"]) == {"name", "namespace", "ownerReferences"}


DEFAULTS = {"refreshInterval": "1h0m0s", "target": {"creationPolicy": "Owner", "deletionPolicy": "Retain"}}


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        pytest.param({}, {}, id="equal"),
        pytest.param({"spec": CHILD | DEFAULTS}, {}, id="equal-but-for-defaults"),
        pytest.param({"finalizers": ["x"]}, {}, id="finalizers-are-others-business"),
        pytest.param({"annotations": {"keyferry.io/refresh": "now"}}, {}, id="annotations-for-keyferry-stay"),
        pytest.param({"labels": {"mine": "x"}}, {"metadata": {"labels": {"mine": None}}}, id="a-foreign-label-goes"),
        pytest.param({"annotations": {FORCE: "1"}}, {"metadata": {"annotations": {FORCE: None}}}, id="force-sync-goes"),
        pytest.param(
            {"spec": CHILD | {"refreshInterval": "5m"}}, {"spec": {"refreshInterval": None}}, id="spec-is-put-right"
        ),
        pytest.param(
            {"ownerReferences": fanouts.owned_by(uid="before-the-backup")},
            {"metadata": {"ownerReferences": fanouts.owned_by()}},
            id="owner-of-another-life",
        ),
        pytest.param(
            {"ownerReferences": fanouts.owned_by(api_version="external-secrets.io/v1beta1")},
            {"metadata": {"ownerReferences": fanouts.owned_by()}},
            id="owner-of-the-older-version",
        ),
    ],
)
def test_difference(present: dict[str, Any], expected: dict[str, Any]) -> None:
    found = blueprint().difference(fanouts.child("app", **present))
    if expected:
        expected = expected | {"metadata": expected.get("metadata", {}) | {"resourceVersion": "3"}}
    assert found == expected


def test_equal_specs_are_compared_once() -> None:
    shape = blueprint()
    before = fanouts.CHILD | {"refreshInterval": "5m"}
    first, second = (shape.difference(fanouts.child(name, spec=before)) for name in ("app", "web"))
    assert first == second


def test_other_owners_stay() -> None:
    other = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "y"}
    present = fanouts.child("app", ownerReferences=[other, *fanouts.owned_by(uid="old")])
    found = blueprint().difference(present)
    assert found["metadata"]["ownerReferences"] == [other, *fanouts.owned_by()]


def test_what_was_asked_for_is_added() -> None:
    found = blueprint({"externalSecretMetadata": METADATA}, annotations={FORCE: "2"}).difference(fanouts.child("app"))
    assert found["metadata"]["labels"] == {"team": "a"}
    assert found["metadata"]["annotations"] == {"note": "x", FORCE: "2"}


@pytest.mark.parametrize(
    ("references", "name"),
    [
        pytest.param(fanouts.owned_by(), "shared", id="owned"),
        pytest.param(fanouts.owned_by("other"), "other", id="owned-by-another-one"),
        pytest.param([], "", id="unowned"),
        pytest.param(
            [{"apiVersion": "apps/v1", "kind": "ClusterExternalSecret", "name": "x", "uid": "y", "controller": True}],
            "",
            id="another-group",
        ),
        pytest.param(
            [{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "y", "controller": True}], "", id="another-kind"
        ),
        pytest.param([fanouts.owned_by()[0] | {"controller": False}], "", id="owned-and-not-controlled"),
    ],
)
def test_owner(references: list[dict[str, Any]], name: str) -> None:
    assert child.owner_name(fanouts.child("app", ownerReferences=references), KIND) == name
