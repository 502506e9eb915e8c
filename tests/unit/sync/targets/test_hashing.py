"""The mark of a target is upstream's: a hash over what Go prints."""

import hashlib

import pytest

from keyferry.spec import hashes
from keyferry.sync.targets import hashing
from keyferry.sync.targets.state import Fields


def sha3(text: str) -> str:
    return hashlib.sha3_224(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("fields", "printed"),
    [
        pytest.param({"data": {"b": "2", "a": "1"}}, "map[a:1 b:2]", id="data-in-the-order-of-keys"),
        pytest.param({"spec": {"a": "1"}, "data": {"b": "2"}}, "map[a:1]", id="spec-before-data"),
        pytest.param({"spec": {"b": [1, "x", None, True, False]}}, "map[b:[1 x <nil> true false]]", id="nested"),
        pytest.param({"spec": {"a": 1.5, "b": 1e21, "c": -0.25}}, "map[a:1.5 b:1e+21 c:-0.25]", id="floats"),
        pytest.param({"data": None}, "map[]", id="null"),
        pytest.param({"rules": []}, "map[]", id="neither"),
        pytest.param({"spec": "text"}, "text", id="spec-that-is-a-text"),
    ],
)
def test_hashes_what_go_prints(fields: Fields, printed: str) -> None:
    assert hashing.data_hash(fields) == sha3(printed)


def test_an_empty_one_has_the_hash_of_an_empty_secret() -> None:
    assert hashing.data_hash({}) == hashes.data_hash({})
