import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from keyferry.lab.azure.seed.fields import Fields, SeedError

NAIVE = datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # as YAML gives it
Read = Callable[[Fields], object]


@pytest.mark.parametrize(
    ("document", "read", "expected"),
    [
        pytest.param({"a": "x"}, lambda f: f.text("a"), "x", id="text"),
        pytest.param({"a": None}, lambda f: f.text("a", "d"), "d", id="null-is-absent"),
        pytest.param({}, lambda f: f.flag("a", True), True, id="flag-default"),
        pytest.param({"a": False}, lambda f: f.flag("a", True), False, id="flag"),
        pytest.param({"a": 5}, lambda f: f.number("a", None, 1, 5), 5, id="number"),
        pytest.param({}, lambda f: f.instant("a"), None, id="no-instant"),
        pytest.param(
            {"a": NAIVE}, lambda f: f.instant("a"), datetime(2030, 1, 1, tzinfo=UTC), id="yaml's-instant-is-utc"
        ),
        pytest.param(
            {"a": "2030-01-01T00:00:00Z"}, lambda f: f.instant("a"), datetime(2030, 1, 1, tzinfo=UTC), id="text"
        ),
        pytest.param({"a": {"k": "v"}}, lambda f: f.pairs("a"), (("k", "v"),), id="pairs"),
        pytest.param({}, lambda f: f.pairs("a"), (), id="no-pairs"),
        pytest.param({"a": ["x", "y"]}, lambda f: f.texts("a"), ("x", "y"), id="texts"),
        pytest.param({}, lambda f: f.texts("a"), (), id="no-texts"),
        pytest.param({"a": [{"b": "1"}]}, lambda f: f.each("a", lambda item: item.text("b")), ("1",), id="each"),
        pytest.param({}, lambda f: f.each("a", lambda item: item), (), id="nothing-to-parse"),
        pytest.param({"a": {"b": 1}}, lambda f: [path for path, _ in f.named()], ["a"], id="named"),
    ],
)
def test_reads(document: object, read: Read, expected: object) -> None:
    assert read(Fields(document, "")) == expected


@pytest.mark.parametrize(
    ("document", "read", "path"),
    [
        pytest.param("text", lambda f: f, "", id="not-a-mapping"),
        pytest.param({1: "x"}, lambda f: f, "", id="a-key-that-is-no-text"),
        pytest.param({}, lambda f: f.text("a"), "a", id="missing"),
        pytest.param({"a": 5}, lambda f: f.text("a"), "a", id="wrong-type"),
        pytest.param({"a": "B"}, lambda f: f.matching("a", re.compile("[a-z]+"), "small letters"), "a", id="no-match"),
        pytest.param({"a": 6}, lambda f: f.number("a", None, 1, 5), "a", id="too-large"),
        pytest.param({"a": True}, lambda f: f.number("a", None, 0, 5), "a", id="a-flag-is-no-number"),
        pytest.param({"a": "soon"}, lambda f: f.instant("a"), "a", id="no-instant"),
        pytest.param({"a": "x"}, lambda f: f.texts("a"), "a", id="no-list"),
        pytest.param({"a": [1]}, lambda f: f.texts("a"), "a", id="no-texts"),
        pytest.param({"a": {}}, lambda f: f.each("a", lambda item: item), "a", id="a-mapping-is-no-list"),
        pytest.param({"a": [{"b": 1}]}, lambda f: f.each("a", lambda item: item.text("b")), "a[0].b", id="path"),
        pytest.param({"a": {"b": {"c": 1}}}, lambda f: f.inner("a").inner("b").text("c"), "a.b.c", id="deep-path"),
        pytest.param({"a": 1}, lambda f: f.done(), "a", id="unknown-key"),
    ],
)
def test_an_error_names_the_path(document: object, read: Read, path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        read(Fields(document, ""))
    assert refusal.value.path == path
    assert str(refusal.value).startswith(path or "the document")
    assert refusal.value.remedy
