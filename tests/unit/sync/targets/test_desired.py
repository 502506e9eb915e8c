"""Whose the object is, its marks, and when it needs no write."""

from dataclasses import replace
from typing import Any

import pytest

from keyferry.kube.wire.resources import CONFIG_MAPS, Resource
from keyferry.spec import hashes
from keyferry.sync.targets import desired, hashing
from keyferry.sync.targets.state import DesiredTarget, Fields, LiveTarget
from tests.fakes import generic_targets as targets
from tests.fakes.generic_targets import APP, APPS, CONFIG_MAP, OURS, THEIRS

MANAGED = "reconcile.external-secrets.io/managed"
CREATED_BY = "reconcile.external-secrets.io/created-by"
HASH = "reconcile.external-secrets.io/data-hash"
DATA: Fields = {"data": {"PASSWORD": "s3cret"}}


def wanted(there: LiveTarget | None = None, template: dict[str, Any] | None = None, **target: Any) -> DesiredTarget:
    more = {} if template is None else {"template": template}
    spec = targets.spec(CONFIG_MAP, **target, **more)
    scene = targets.scene(there, labels={"team": "a"}, annotations={"note": "n", "keyferry.io/refresh": "now"})
    return desired.of(scene, spec.target, targets.rendered(spec, there=there))


def as_written(target: DesiredTarget, **changes: Any) -> LiveTarget:
    """What the cluster has after it was written."""
    owners = [OURS] if target.owner_references else []
    own = {"labels": dict(target.labels), "annotations": dict(target.annotations), "ownerReferences": owners}
    return targets.live(dict(target.fields), **(own | changes))


def test_an_owned_one_carries_upstreams_marks() -> None:
    made = wanted()
    assert made.labels == {"team": "a", MANAGED: "true", CREATED_BY: hashes.owner_label("app", "db")}
    assert made.annotations == {"note": "n", HASH: hashing.data_hash(DATA)} | {
        "keyferry.io/provenance": made.annotations["keyferry.io/provenance"]
    }
    assert [owner.name for owner in made.owner_references] == ["db"]


def test_a_template_says_labels_annotations_and_finalizers_alone() -> None:
    made = wanted(template={"metadata": {"labels": {"tier": "db"}, "finalizers": ["f/x"]}}, creationPolicy="Orphan")
    assert made.labels == {"tier": "db", MANAGED: "true"}
    assert "note" not in made.annotations
    assert made.finalizers == ("f/x",)
    assert made.owner_references == ()


def test_the_metadata_of_others_stays_and_ours_that_is_old_goes() -> None:
    fields: dict[str, Any] = {"f:metadata": {"f:labels": {"f:old": {}}, "f:annotations": {"f:old": {}}}}
    there = targets.live(
        DATA,
        labels={"old": "1", "theirs": "2"},
        annotations={"old": "1", "theirs": "2", "keyferry.io/provenance": "{}"},
        finalizers=["theirs/x"],
        ownerReferences=[THEIRS | {"controller": False}],
        managedFields=[{"manager": targets.MANAGER, "fieldsV1": fields}],
    )
    made = wanted(there)
    assert (made.labels.get("old"), made.labels["theirs"]) == (None, "2")
    assert (made.annotations.get("old"), made.annotations["theirs"]) == (None, "2")
    assert made.annotations["keyferry.io/provenance"] != "{}"
    assert made.finalizers == ("theirs/x",)
    assert [owner.kind for owner in made.owner_references] == ["ExternalSecret", "Certificate"]


@pytest.mark.parametrize(
    ("owner", "left"),
    [pytest.param(OURS, [], id="ours-goes"), pytest.param(THEIRS, ["Certificate"], id="theirs-stays")],
)
def test_without_the_policy_owner_it_owns_nothing(owner: dict[str, Any], left: list[str]) -> None:
    there = targets.live(DATA, ownerReferences=[owner], labels={CREATED_BY: "x"})
    made = wanted(there, creationPolicy="Merge")
    assert [one.kind for one in made.owner_references] == left
    assert CREATED_BY not in made.labels


@pytest.mark.parametrize(
    ("changes", "fields", "is_met"),
    [
        pytest.param({}, {}, True, id="as-written"),
        pytest.param({"labels": {}}, {}, False, id="labels"),
        pytest.param({"annotations": {}}, {}, False, id="annotations"),
        pytest.param({"ownerReferences": []}, {}, False, id="owners"),
        pytest.param({}, {"data": {"PASSWORD": "other"}}, False, id="a-value"),
        pytest.param({}, {"data": {"PASSWORD": "s3cret", "MORE": "x"}}, False, id="a-key-more"),
        pytest.param({}, {"binaryData": {}}, True, id="nothing-in-what-is-empty"),
    ],
)
def test_a_config_map_is_met_exactly(changes: dict[str, Any], fields: Fields, is_met: bool) -> None:
    made = wanted()
    there = as_written(made, **changes)
    assert desired.is_met(replace(there, fields={**there.fields, **fields}), made) is is_met


def test_finalizers_are_wanted_and_others_may_be_there() -> None:
    made = wanted(template={"metadata": {"finalizers": ["f/x"]}})
    assert not desired.is_met(as_written(made), made)
    assert desired.is_met(as_written(made, finalizers=["f/x", "theirs/y"]), made)


def test_what_the_server_fills_in_is_met() -> None:
    spec = targets.spec(APP)
    made = desired.of(targets.scene(resource=APPS), spec.target, targets.rendered(spec))
    filled: Fields = {"spec": {"data": {"PASSWORD": "s3cret"}, "replicas": 1}}
    assert desired.is_met(replace(as_written(made), fields=filled), made)
    assert not desired.is_met(replace(as_written(made), fields={"spec": {"replicas": 1}}), made)


@pytest.mark.parametrize(
    ("resource", "fields", "interval", "is_intact"),
    [
        pytest.param(CONFIG_MAPS, DATA, "1h", True, id="as-its-hash-says"),
        pytest.param(CONFIG_MAPS, {"data": {}}, "0", False, id="an-edited-config-map"),
        pytest.param(APPS, {"data": {}}, "1h", False, id="another-kind-that-differs"),
        pytest.param(APPS, {"data": {}}, "0", True, id="another-kind-that-is-read-once"),
    ],
)
def test_intact_is_what_was_written_last(resource: Resource, fields: Fields, interval: str, is_intact: bool) -> None:
    spec = targets.spec(CONFIG_MAP, {"refreshInterval": interval})
    there = replace(as_written(wanted()), fields=fields)
    assert desired.is_intact(targets.scene(there, resource), spec) is is_intact


def test_without_marks_nothing_is_intact() -> None:
    spec = targets.spec(CONFIG_MAP)
    assert not desired.is_intact(targets.scene(), spec)
    assert not desired.is_intact(targets.scene(targets.live(DATA, annotations={HASH: hashing.data_hash(DATA)})), spec)
    assert not desired.is_intact(targets.scene(targets.live(DATA, labels={MANAGED: "true"})), spec)


def test_as_this_process_left_it_is_intact() -> None:
    spec = targets.spec(APP)
    there = replace(as_written(wanted()), fields={"data": {}})
    assert desired.is_intact(targets.scene(there, APPS, settled=desired.mark(there)), spec)


@pytest.mark.parametrize(
    ("changes", "moves"),
    [
        pytest.param({"generation": 2, "resourceVersion": "9"}, True, id="another-generation"),
        pytest.param({"generation": 1, "resourceVersion": "9"}, False, id="a-status"),
        pytest.param({"generation": 1, "uid": "u-other"}, True, id="made-anew"),
        pytest.param({"generation": 1, "annotations": {HASH: "x"}}, True, id="another-hash"),
    ],
)
def test_a_change_moves_the_mark_and_a_status_does_not(changes: dict[str, Any], moves: bool) -> None:
    before = desired.mark(targets.live(DATA, generation=1))
    assert (desired.mark(targets.live(DATA, **changes)) != before) is moves


def test_without_generations_every_version_is_another() -> None:
    assert desired.mark(targets.live(DATA)) != desired.mark(targets.live(DATA, resourceVersion="4"))
