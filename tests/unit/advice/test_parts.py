"""What is not as asked for counts as absent."""

from typing import Any

import pytest

from keyferry.advice import parts

DOCUMENT: dict[str, Any] = {
    "metadata": {"name": "db", "namespace": "apps"},
    "spec": {"a": {"b": "c"}, "list": [{"x": 1}, 2, {"y": 3}], "text": "list"},
}


@pytest.mark.parametrize(
    ("way", "found"),
    [
        pytest.param((), DOCUMENT, id="itself"),
        pytest.param(("spec", "a"), {"b": "c"}, id="inner"),
        pytest.param(("spec", "nope", "a"), {}, id="absent"),
        pytest.param(("spec", "text", "a"), {}, id="no-mapping-on-the-way"),
        pytest.param(("spec", "text"), {}, id="no-mapping"),
    ],
)
def test_mappings(way: tuple[str, ...], found: dict[str, Any]) -> None:
    assert parts.mapping(DOCUMENT, *way) == found


def test_texts() -> None:
    assert parts.text(DOCUMENT, "spec", "a", "b") == "c"
    assert parts.text(DOCUMENT, "spec", "a") == ""
    assert (parts.namespace(DOCUMENT), parts.name(DOCUMENT)) == ("apps", "db")
    assert (parts.namespace({}), parts.name({"metadata": 1})) == ("", "")


def test_entries_keep_their_index() -> None:
    assert list(parts.entries(DOCUMENT, "spec", "list")) == [(0, {"x": 1}), (2, {"y": 3})]
    assert list(parts.entries(DOCUMENT, "spec", "text")) == []
