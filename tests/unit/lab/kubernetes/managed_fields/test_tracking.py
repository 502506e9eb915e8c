import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.managed_fields import entries, tracking
from keyferry.lab.kubernetes.managed_fields.entries import Writer
from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS

SCHEMA = SCHEMAS["", "v1", "ConfigMap"]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def _writer(manager: str, now: datetime = NOW, subresource: str = "") -> Writer:
    return Writer(manager=manager, api_version="v1", subresource=subresource, now=now)


def _object(data: dict[str, str], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", **metadata}, "data": data}


def _created(data: dict[str, str], manager: str = "maker") -> dict[str, Any]:
    return tracking.update(None, _object(data), _writer(manager), SCHEMA)


def _changed(stored: dict[str, Any], data: dict[str, str]) -> dict[str, Any]:
    return {**copy.deepcopy(stored), "data": data}


def _owned(document: dict[str, Any]) -> dict[str, Any]:
    return {entry["manager"]: entry["fieldsV1"] for entry in document["metadata"].get("managedFields", [])}


def test_the_creator_owns_all_but_the_bookkeeping() -> None:
    made = tracking.update(
        None, _object({"a": "1"}, uid="u", labels={"l": "1"}, finalizers=["f"]), _writer("maker"), SCHEMA
    )

    assert made["metadata"]["managedFields"] == [
        {
            "manager": "maker",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2026-11-22T12:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:data": {".": {}, "f:a": {}},
                "f:metadata": {"f:finalizers": {".": {}, 'v:"f"': {}}, "f:labels": {".": {}, "f:l": {}}},
            },
        }
    ]


def test_a_changed_field_moves_and_the_others_stay() -> None:
    stored = _created({"a": "1", "b": "1"})
    before = copy.deepcopy(stored)

    result = tracking.update(stored, _changed(stored, {"a": "2", "b": "1", "c": "1"}), _writer("other", LATER), SCHEMA)

    assert _owned(result) == {"maker": {"f:data": {".": {}, "f:b": {}}}, "other": {"f:data": {"f:a": {}, "f:c": {}}}}
    assert [entry["time"] for entry in result["metadata"]["managedFields"]] == [
        "2026-11-22T12:00:00Z",
        "2026-11-22T13:00:00Z",
    ]
    assert stored == before


def test_a_removed_field_leaves_and_an_empty_entry_goes() -> None:
    stored = _created({"a": "1"})
    other = tracking.update(stored, _changed(stored, {"a": "1", "b": "1"}), _writer("other"), SCHEMA)

    result = tracking.update(other, _changed(other, {"a": "1"}), _writer("third", LATER), SCHEMA)

    assert _owned(result) == {"maker": {"f:data": {".": {}, "f:a": {}}}}


@pytest.mark.parametrize("sent", ["as-stored", "without"])
def test_nothing_moves_where_nothing_changes(sent: str) -> None:
    stored = _created({"a": "1"})
    new = copy.deepcopy(stored) if sent == "as-stored" else _object({"a": "1"})

    assert tracking.update(stored, new, _writer("other", LATER), SCHEMA) == stored


def test_the_status_has_an_entry_of_its_own() -> None:
    stored = _created({"a": "1"}, manager="operator")
    new = {**copy.deepcopy(stored), "status": {"phase": "Ready"}}
    new["metadata"]["managedFields"] = [{}]

    result = tracking.update(stored, new, _writer("operator", LATER, "status"), SCHEMA)

    first, second = result["metadata"]["managedFields"]
    assert "subresource" not in first
    assert (second["subresource"], second["fieldsV1"]) == ("status", {"f:status": {".": {}, "f:phase": {}}})


def test_one_empty_entry_forgets_all_owners_and_nobody_owns_it_afterwards() -> None:
    stored = _created({"a": "1"})
    forgotten = tracking.update(stored, _object({"a": "1"}, managedFields=[{}]), _writer("other"), SCHEMA)

    assert "managedFields" not in forgotten["metadata"]
    assert _owned(tracking.update(forgotten, _changed(forgotten, {"a": "2"}), _writer("other"), SCHEMA)) == {}


def test_a_client_may_write_the_entries_itself() -> None:
    stored = _created({"a": "1"}, manager="kubectl-client-side-apply")
    sent = copy.deepcopy(stored)
    sent["metadata"]["managedFields"][0].update(manager="kubectl", operation="Apply")

    (entry,) = tracking.update(stored, sent, _writer("kubectl"), SCHEMA)["metadata"]["managedFields"]

    assert (entry["manager"], entry["operation"]) == ("kubectl", "Apply")


@pytest.mark.parametrize("sent", [[], "text", [{"operation": "Dance"}], [{"operation": "Apply", "fieldsV1": {"a": 1}}]])
def test_entries_that_cannot_be_read_do_not_replace_the_stored_ones(sent: Any) -> None:
    stored = _created({"a": "1"})

    result = tracking.update(stored, _object({"a": "1"}, managedFields=sent), _writer("other"), SCHEMA)

    assert result["metadata"]["managedFields"] == stored["metadata"]["managedFields"]


def test_an_object_without_schema_or_metadata_is_tracked_too() -> None:
    assert _owned(tracking.update(None, {"x": [1]}, _writer("m"), None)) == {"m": {"f:x": {}}}


@given(
    st.lists(
        st.tuples(st.sampled_from("mno"), st.dictionaries(st.sampled_from("abc"), st.sampled_from("123"))), min_size=1
    )
)
def test_every_field_has_exactly_one_updater_and_none_is_forgotten(writes: list[tuple[str, dict[str, str]]]) -> None:
    stored: dict[str, Any] | None = None
    for manager, data in writes:
        new = _object(data) if stored is None else _changed(stored, data)
        stored = tracking.update(stored, new, _writer(manager), SCHEMA)
    assert stored is not None

    held = [path for entry in tracking.stored(stored).values() for path in entry.fields]
    assert sorted(held) == sorted([("f:data",), *(("f:data", f"f:{key}") for key in stored["data"])])
    assert entries.decode(stored["metadata"]["managedFields"]) == tracking.stored(stored)
