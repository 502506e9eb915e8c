import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.managed_fields import server_side_apply, tracking
from keyferry.lab.kubernetes.managed_fields.conflicts import Conflicts
from keyferry.lab.kubernetes.managed_fields.entries import Writer
from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS

CONFIG_MAP = SCHEMAS["", "v1", "ConfigMap"]
DEPLOYMENT = SCHEMAS["apps", "v1", "Deployment"]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DATA = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"))


def _writer(manager: str, now: datetime = NOW) -> Writer:
    return Writer(manager=manager, api_version="v1", now=now)


def _config(data: dict[str, str] | None, **metadata: Any) -> dict[str, Any]:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", **metadata}, "data": data}
    return {key: value for key, value in config.items() if value is not None}


def _apply(
    live: dict[str, Any] | None,
    data: dict[str, str] | None,
    manager: str = "me",
    *,
    force: bool = False,
    **metadata: Any,
) -> dict[str, Any]:
    before = copy.deepcopy(live)
    result = server_side_apply.apply(live, _config(data, **metadata), _writer(manager), CONFIG_MAP, force=force)
    assert live == before
    return result


def _owned(document: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{entry['manager']}/{entry['operation']}": entry["fieldsV1"] for entry in document["metadata"]["managedFields"]
    }


def test_creates_an_object_and_owns_what_it_spoke_of() -> None:
    made = _apply(None, {"a": "1"}, labels={"l": "1"}, creationTimestamp=None)

    assert made["data"] == {"a": "1"}
    assert made["metadata"].keys() == {"name", "labels", "managedFields"}
    assert _owned(made) == {"me/Apply": {"f:data": {"f:a": {}}, "f:metadata": {"f:labels": {"f:l": {}}}}}


def test_removes_what_it_applied_before_and_applies_no_longer() -> None:
    made = _apply(None, {"a": "1", "b": "1"})

    assert _apply(made, {"b": "1"})["data"] == {"b": "1"}
    assert "data" not in _apply(made, None)


def test_keeps_what_another_owns_too_and_what_it_never_owned() -> None:
    made = _apply(_apply(None, {"a": "1"}), {"a": "1", "b": "1"}, "other")

    assert _owned(made)["me/Apply"] == {"f:data": {"f:a": {}}}
    assert _apply(made, None)["data"] == {"a": "1", "b": "1"}
    assert _owned(_apply(made, None)) == {"other/Apply": {"f:data": {"f:a": {}, "f:b": {}}}}


def test_refuses_to_change_the_field_of_another() -> None:
    live = tracking.update(None, _config({"a": "1"}), _writer("kubectl-client-side-apply"), CONFIG_MAP)

    with pytest.raises(Conflicts) as refusal:
        _apply(live, {"a": "2"})

    assert refusal.value.message == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a'
    )


def test_force_takes_the_field() -> None:
    live = tracking.update(None, _config({"a": "1", "b": "1"}), _writer("other"), CONFIG_MAP)

    result = _apply(live, {"a": "2"}, force=True)

    assert result["data"] == {"a": "2", "b": "1"}
    assert _owned(result) == {"me/Apply": {"f:data": {"f:a": {}}}, "other/Update": {"f:data": {".": {}, "f:b": {}}}}


def test_an_update_takes_the_field_and_the_next_apply_conflicts() -> None:
    made = _apply(None, {"a": "1"})
    edited = tracking.update(made, {**copy.deepcopy(made), "data": {"a": "2"}}, _writer("kubectl-edit"), CONFIG_MAP)

    assert _owned(edited) == {"kubectl-edit/Update": {"f:data": {"f:a": {}}}}
    with pytest.raises(Conflicts, match="kubectl-edit"):
        _apply(edited, {"a": "1"})


def test_an_object_that_nobody_owned_belongs_to_before_first_apply() -> None:
    live = _config({"a": "1", "b": "1"})

    with pytest.raises(Conflicts, match="before-first-apply"):
        _apply(live, {"a": "2"})
    assert _owned(_apply(live, {"a": "1"})) == {
        "me/Apply": {"f:data": {"f:a": {}}},
        "before-first-apply/Update": {"f:data": {".": {}, "f:a": {}, "f:b": {}}},
    }


def test_an_apply_that_changes_nothing_leaves_no_trace() -> None:
    made = _apply(None, {"a": "1"})

    again = server_side_apply.apply(made, _config({"a": "1"}), _writer("me", LATER), CONFIG_MAP, force=False)
    other = server_side_apply.apply(made, _config({"a": "2"}), _writer("me", LATER), CONFIG_MAP, force=False)

    assert again == made
    assert other["metadata"]["managedFields"][0]["time"] == "2026-11-22T13:00:00Z"


def test_ignores_managed_fields_in_the_configuration() -> None:
    assert _owned(_apply(None, {"a": "1"}, managedFields=[{"manager": "x"}])).keys() == {"me/Apply"}


def test_a_field_moved_from_client_side_apply_is_removed_when_it_is_no_longer_applied() -> None:
    live = tracking.update(None, _config({"a": "1", "b": "1"}), _writer("kubectl-client-side-apply"), CONFIG_MAP)
    moved = copy.deepcopy(live)
    moved["metadata"]["managedFields"][0].update(manager="kubectl", operation="Apply")
    stored = tracking.update(live, moved, _writer("kubectl"), CONFIG_MAP)

    assert _apply(stored, {"a": "1"}, "kubectl")["data"] == {"a": "1"}


def _deployment(*containers: dict[str, Any]) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": {"spec": {"containers": list(containers)}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec}


def _containers(document: dict[str, Any]) -> Any:
    return document["spec"]["template"]["spec"]["containers"]


def test_containers_of_two_appliers_live_side_by_side() -> None:
    mine = _deployment({"name": "web", "image": "w:1", "ports": [{"containerPort": 80}]})
    theirs = _deployment({"name": "sidecar", "image": "s:1"})
    made = server_side_apply.apply(None, mine, _writer("me"), DEPLOYMENT, force=False)
    both = server_side_apply.apply(made, theirs, _writer("them"), DEPLOYMENT, force=False)
    changed = _deployment({"name": "web", "image": "w:2", "ports": [{"containerPort": 80, "protocol": "TCP"}]})

    result = server_side_apply.apply(both, changed, _writer("me"), DEPLOYMENT, force=False)

    assert {one["name"]: one["image"] for one in _containers(result)} == {"web": "w:2", "sidecar": "s:1"}
    assert len(_containers(result)) == 2
    left = server_side_apply.apply(result, _deployment(), _writer("me"), DEPLOYMENT, force=False)
    assert _containers(left) == [{"name": "sidecar", "image": "s:1"}]


@given(st.lists(st.tuples(st.sampled_from("mno"), DATA), min_size=1, max_size=6))
def test_a_forced_apply_holds_and_repeating_it_changes_nothing(applies: list[tuple[str, dict[str, str]]]) -> None:
    live: dict[str, Any] | None = None
    for manager, data in applies:
        live = _apply(live, data, manager, force=True)
        assert data.items() <= live.get("data", {}).items()
        assert _apply(live, data, manager) == live
    assert live is not None
    owned = {path for entry in tracking.stored(live).values() for path in entry.fields}
    assert {("f:data", f"f:{key}") for key in live.get("data", {})} <= owned
