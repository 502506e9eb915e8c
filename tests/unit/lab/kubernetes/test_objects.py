from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.kubernetes import objects

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_a_copy_is_equal_and_shares_nothing(document: dict[str, Any]) -> None:
    copied = objects.copy(document)
    assert copied == document
    assert all(copied[key] is not value for key, value in document.items() if isinstance(value, dict | list))


def test_stamps_whole_seconds_in_utc() -> None:
    moment = datetime(2026, 3, 1, 14, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert objects.stamp(moment) == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC), id="time"),
        pytest.param("2026-03-01T12:00:00.5Z", datetime(2026, 3, 1, 12, microsecond=500_000, tzinfo=UTC), id="micro"),
        pytest.param("soon", None, id="no-time"),
        pytest.param(None, None, id="null"),
    ],
)
def test_reads_instants(text: Any, expected: datetime | None) -> None:
    assert objects.instant(text) == expected


def test_finds_nothing_below_what_is_no_object() -> None:
    document = {"spec": {"a": [1]}}
    assert objects.dig(document, "spec", "a") == [1]
    assert objects.dig(document, "spec", "a", "b") is None
    assert list(objects.items([1, {"a": 1}])) == [{"a": 1}]
    assert list(objects.items("text")) == []


def test_knows_what_metadata_says() -> None:
    document = {"metadata": {"name": "a", "finalizers": ["x/y"]}}
    assert objects.name(document) == "a"
    assert objects.namespace(document) == ""
    assert objects.finalizers(document) == ["x/y"]
    assert objects.metadata(document) is document["metadata"]


def test_indents_without_changing_the_meaning() -> None:
    text = objects.encode({"a": [1, "é"], "b": {}})
    assert objects.indented(text).startswith(b'{\n  "a": [\n')
    assert objects.decode(objects.indented(text)) == objects.decode(text)
