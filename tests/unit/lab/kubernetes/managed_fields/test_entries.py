from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from keyferry.lab.kubernetes.managed_fields import entries
from keyferry.lab.kubernetes.managed_fields.entries import Entry, Owner, Writer
from keyferry.lab.kubernetes.managed_fields.paths import MalformedFields

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _raw(manager: str, operation: str = "Update", time: str = "2026-01-01T00:00:00Z", **further: Any) -> dict[str, Any]:
    fixed = {"manager": manager, "operation": operation, "apiVersion": "v1", "time": time, "fieldsType": "FieldsV1"}
    return {**fixed, "fieldsV1": {"f:data": {"f:a": {}}}, **further}


def test_what_was_decoded_is_encoded_as_it_was() -> None:
    raw = [
        _raw("z", "Apply"),
        _raw("b", time="2026-01-01T00:00:00Z"),
        _raw("a", time="2026-01-02T00:00:00Z"),
        _raw("a", time="2026-01-02T00:00:00Z", subresource="status"),
    ]

    assert entries.encode(entries.decode(raw)) == raw
    assert entries.encode(entries.decode(list(reversed(raw)))) == raw


def test_entries_of_one_owner_are_united_and_empty_ones_dropped() -> None:
    raw = [_raw("a"), _raw("a", fieldsV1={"f:data": {"f:b": {}}}), _raw("c", fieldsV1={})]

    (only,) = entries.encode(entries.decode(raw))
    assert only["fieldsV1"] == {"f:data": {"f:a": {}, "f:b": {}}}


def test_an_applier_is_one_owner_in_all_versions_and_an_updater_is_not() -> None:
    def writer(version: str) -> Writer:
        return Writer(manager="m", api_version=version, now=NOW)

    assert writer("v1").owner("Apply") == writer("v2").owner("Apply")
    assert writer("v1").owner("Update") != writer("v2").owner("Update")


@pytest.mark.parametrize(
    "raw",
    [{}, "text", ["text"], [{}], [_raw("a", "Dance")], [_raw("a", fieldsV1=["x"])], [_raw("a", fieldsV1={"x": 1})]],
    ids=["object", "text", "texts", "empty-entry", "operation", "fields", "field"],
)
def test_refuses_what_is_malformed_and_takes_nothing_for_nothing(raw: Any) -> None:
    if raw == {}:
        assert entries.decode(raw) == {}
    else:
        with pytest.raises(MalformedFields):
            entries.decode(raw)


@pytest.mark.parametrize(("raw", "expected"), [([{}], True), ([], False), (None, False), ([_raw("a")], False)])
def test_one_empty_entry_is_a_reset(raw: Any, expected: bool) -> None:
    assert entries.is_reset(raw) is expected


def test_the_union_is_all_that_is_owned() -> None:
    one = Entry(fields=frozenset([("f:a",)]), api_version="v1", time="")
    two = Entry(fields=frozenset([("f:b",)]), api_version="v1", time="")

    assert entries.union([one, two]) == {("f:a",), ("f:b",)}
    assert entries.union([]) == frozenset()


def test_times_are_in_utc_to_the_second() -> None:
    assert entries.rfc3339(NOW.astimezone(timezone(timedelta(hours=2)))) == "2026-11-22T12:00:00Z"


def test_an_entry_without_time_has_none() -> None:
    owner = Owner(manager="a", operation="Update", api_version="v1", subresource="")

    assert "time" not in entries.encode({owner: Entry(fields=frozenset([("f:a",)]), api_version="v1", time="")})[0]
