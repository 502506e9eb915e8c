"""A row for each state of the vault and of the target; equal state gives no write."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import KeyferryError, SecretAbsent, Unavailable
from keyferry.spec.conditions import find
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync.state import Failed, Plan, Read, RecordEvent, Unread, WriteStatus
from keyferry.sync.targets import desired, plan
from keyferry.sync.targets.state import (
    CreateTarget,
    DeleteTarget,
    LiveTarget,
    ReplaceTarget,
    Scene,
    TargetPlan,
)
from tests.fakes import generic_targets as targets
from tests.fakes.external_secrets import HOUR, NOW, bundle
from tests.fakes.generic_targets import CONFIG_MAP, OURS, THEIRS

ABSENT = Unread(error=SecretAbsent(what="secret db-password does not exist"))


def written(spec: ExternalSecret, value: str = "s3cret", **changes: Any) -> LiveTarget:
    """The target as it was written."""
    made = desired.of(targets.scene(), spec.target, targets.rendered(spec, bundle(value)))
    owners = [OURS] if made.owner_references else []
    own = {"labels": dict(made.labels), "annotations": dict(made.annotations), "ownerReferences": owners}
    return targets.live(dict(made.fields), **(own | changes))


def after(spec: ExternalSecret, there: LiveTarget | None, *reads: Read, **more: Any) -> TargetPlan:
    scene = targets.scene(there, status=targets.synced(spec))
    return plan.then(scene, spec, targets.rendered(spec, *reads, there=there, **more), NOW)


def ready(made: Plan) -> tuple[str, str]:
    status = next(action.status for action in made.actions if isinstance(action, WriteStatus))
    condition = find(status.conditions, "Ready")
    assert condition is not None
    return str(condition.status), condition.reason


def events(made: Plan) -> list[str]:
    return [action.reason for action in made.actions if isinstance(action, RecordEvent)]


@pytest.mark.parametrize(
    ("policy", "there", "is_synced", "woken", "asks"),
    [
        pytest.param("Owner", True, False, False, True, id="new"),
        pytest.param("Owner", True, True, False, False, id="at-rest"),
        pytest.param("Owner", True, True, True, True, id="a-change-was-seen"),
        pytest.param("Owner", False, True, False, True, id="deleted"),
        pytest.param("Orphan", False, True, False, False, id="an-orphan-waits"),
        pytest.param("None", False, True, False, False, id="nothing-to-guard"),
        pytest.param("Merge", False, True, False, True, id="nothing-to-merge-into"),
    ],
)
def test_the_vault_is_asked_when_something_is_due(
    policy: str, there: bool, is_synced: bool, woken: bool, asks: bool
) -> None:
    spec = targets.spec(CONFIG_MAP, creationPolicy=policy)
    status = targets.synced(spec) if is_synced else targets.EMPTY_STATUS
    scene = targets.scene(written(spec) if there else None, status=status)
    made = plan.first(scene, spec, NOW, woken=woken)
    assert (made is None) is asks
    if made is not None:
        assert made.again_after == HOUR
        assert ready(made) == ("True", "ResourceSynced")


def test_creates_what_is_not_there() -> None:
    made = after(targets.spec(CONFIG_MAP), None)
    assert isinstance(made.write, CreateTarget)
    assert events(made.told) == ["Created"]
    assert ready(made.told) == ("True", "ResourceSynced")
    assert made.told.again_after == HOUR


def test_replaces_what_differs_at_the_version_it_saw() -> None:
    spec = targets.spec(CONFIG_MAP)
    made = after(spec, written(spec), bundle("other"))
    assert isinstance(made.write, ReplaceTarget)
    assert made.write.resource_version == "3"
    assert events(made.told) == ["Updated"]


def test_what_is_right_needs_no_write() -> None:
    spec = targets.spec(CONFIG_MAP)
    made = after(spec, written(spec))
    assert (made.write, made.settled, events(made.told)) == (None, True, [])


@pytest.mark.parametrize(
    ("policy", "labels", "expected"),
    [
        pytest.param("Owner", {}, ["Updated", "Adopted"], id="a-foreign-one"),
        pytest.param("Owner", {"reconcile.external-secrets.io/managed": "true"}, ["Updated", "Adopted"], id="managed"),
        pytest.param("Orphan", {}, ["Updated", "Adopted"], id="orphan"),
        pytest.param("Orphan", {"reconcile.external-secrets.io/managed": "true"}, ["Updated"], id="an-orphan-again"),
        pytest.param("Merge", {}, ["Updated"], id="merged-into"),
    ],
)
def test_says_which_keys_go_with_a_take_over(policy: str, labels: dict[str, str], expected: list[str]) -> None:
    made = after(
        targets.spec(CONFIG_MAP, creationPolicy=policy), targets.live({"data": {"THEIRS": "x"}}, labels=labels)
    )
    assert events(made.told) == expected


def test_what_belongs_to_somebody_else_stays() -> None:
    made = after(targets.spec(CONFIG_MAP), targets.live({}, ownerReferences=[THEIRS]))
    assert made.write is None
    assert ready(made.told) == ("False", "ResourceSyncedError")


@pytest.mark.parametrize("error", [pytest.param(Unavailable(what="the vault does not answer"), id="unavailable")])
def test_a_failed_read_changes_nothing(error: KeyferryError) -> None:
    spec = targets.spec(CONFIG_MAP)
    made = plan.then(targets.scene(written(spec)), spec, Failed(error=error), NOW)
    assert made.write is None
    assert made.told.failure is error
    assert ready(made.told) == ("False", "ResourceSyncedError")
    assert events(made.told) == ["UpdateFailed"]


def test_a_fallback_vault_that_lacks_something_changes_nothing() -> None:
    spec = targets.spec(CONFIG_MAP, deletionPolicy="Delete")
    made = after(spec, written(spec), ABSENT, fallbacks=("kv-b stood in",))
    assert made.write is None
    assert ready(made.told) == ("False", "ResourceSyncedError")


@pytest.mark.parametrize(
    ("target", "there", "reason", "deletes"),
    [
        pytest.param({"deletionPolicy": "Delete"}, {}, "ResourceDeleted", True, id="deleted"),
        pytest.param({"deletionPolicy": "Delete"}, None, "ResourceDeleted", False, id="gone-already"),
        pytest.param({"deletionPolicy": "Delete"}, {"ownerReferences": []}, "ResourceDeleted", False, id="not-ours"),
        pytest.param(
            {"deletionPolicy": "Delete", "creationPolicy": "Orphan"}, {}, "ResourceSyncedError", False, id="orphan"
        ),
    ],
)
def test_nothing_in_the_vault(target: dict[str, Any], there: dict[str, Any] | None, reason: str, deletes: bool) -> None:
    spec = targets.spec(CONFIG_MAP, **target)
    live = None if there is None else written(spec, **there)
    made = after(spec, live, ABSENT)
    assert ready(made.told)[1] == reason
    assert isinstance(made.write, DeleteTarget) is deletes
    assert ("Deleted" in events(made.told)) is deletes


@pytest.mark.parametrize("is_there", [True, False])
def test_retain_keeps_what_there_is(is_there: bool) -> None:
    spec = targets.spec(CONFIG_MAP, {"data": [], "dataFrom": [{"find": {"name": {"regexp": "x"}}}]})
    there = targets.live({"data": {"a": "b"}}) if is_there else None
    empty = replace(targets.rendered(targets.spec(CONFIG_MAP)).read, is_empty=True)
    rendered = replace(targets.rendered(targets.spec(CONFIG_MAP)), read=empty)
    made = plan.then(targets.scene(there), spec, rendered, NOW)
    assert made.write is None
    assert ready(made.told) == ("True", "ResourceSynced")


def test_with_merge_an_empty_vault_empties_the_target() -> None:
    spec = targets.spec(CONFIG_MAP, deletionPolicy="Merge")
    made = after(spec, written(spec), ABSENT)
    assert isinstance(made.write, ReplaceTarget)
    assert made.write.target.fields == {"data": {}}
    assert events(made.told) == ["Updated", "MissingProviderSecret"]


def test_none_writes_nothing() -> None:
    made = after(targets.spec(CONFIG_MAP, creationPolicy="None"), None)
    assert made.write is None
    assert ready(made.told) == ("True", "ResourceSynced")


@pytest.mark.parametrize("refresh", ["Periodic", "CreatedOnce"])
def test_merge_looks_at_each_interval_for_what_is_missing(refresh: str) -> None:
    made = after(targets.spec(CONFIG_MAP, {"refreshPolicy": refresh}, creationPolicy="Merge"), None)
    assert made.write is None
    assert ready(made.told) == ("True", "ResourceMissing")
    assert made.told.again_after == HOUR


@given(
    policy=st.sampled_from(["Owner", "Orphan", "Merge", "CreateOrMerge"]),
    data=st.dictionaries(st.sampled_from(["PASSWORD", "a", "b"]), st.sampled_from(["x", "y"]), max_size=3),
    value=st.sampled_from(["x", "s3cret"]),
)
def test_what_was_carried_out_is_not_planned_again(policy: str, data: dict[str, str], value: str) -> None:
    spec = targets.spec(CONFIG_MAP, creationPolicy=policy)
    made = after(spec, targets.live({"data": data}), bundle(value))
    assert isinstance(made.write, ReplaceTarget | None)
    if made.write is None:
        return
    target = made.write.target
    owned: dict[str, Any] = {"f:data": {"f:PASSWORD": {}}}
    own = {
        "labels": dict(target.labels),
        "annotations": dict(target.annotations),
        "ownerReferences": [OURS] if target.owner_references else [],
        "managedFields": [{"manager": targets.MANAGER, "fieldsV1": owned}],
    }
    there = targets.live(dict(target.fields), **own)
    assert after(spec, there, bundle(value)).settled
    scene = Scene(snapshot=targets.scene(status=targets.synced(spec)).snapshot, resource=target.resource, live=there)
    assert plan.first(scene, spec, NOW) is not None, "it is intact by its own hash"
