"""Keys stand in the order of Go's YAML library: numbers by value, letters after everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.yaml.key_order import in_order


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["_", "A", "B", "a9", "a10", "b"], id="letters-and-numbers"),
        pytest.param(["a", "a0", "a1", "aa"], id="shorter-first"),
        pytest.param(["", "a"], id="empty"),
        pytest.param(["v1.2", "v1.10"], id="versions"),
        pytest.param(["a1", "a01", "a001", "a2"], id="leading-zeros"),
        pytest.param(["x100", "x101", "x110"], id="a-zero-within-a-number"),
        pytest.param(["x-1", "x1", "xy"], id="sign-digit-letter"),
        pytest.param(["Ä", "ä", "日"], id="other-letters"),
        pytest.param(["a.b", "a_b", "ab"], id="other-characters"),
        pytest.param(["x1#", "x1a", "x01"], id="more-digits-last"),
        pytest.param(["1" * 5_000, "2" * 5_000], id="long-numbers"),
    ],
)
def test_orders(keys: list[str]) -> None:
    assert in_order(reversed(keys)) == keys


@given(st.lists(st.text(alphabet="ab019._-Z", max_size=4), unique=True))
def test_loses_nothing(keys: list[str]) -> None:
    assert sorted(in_order(keys)) == sorted(keys)
