from typing import Any

import pytest

from keyferry.lab.kubernetes.patches import element_order


@pytest.mark.parametrize(
    ("merged", "wanted", "old", "expected"),
    [
        pytest.param("abc", "cba", "abc", "cba", id="all-wanted"),
        pytest.param("asb", "ba", "asb", "sba", id="the-servers-own-before-what-it-preceded"),
        pytest.param("asb", "ab", "asb", "asb", id="the-servers-own-keeps-its-place"),
        pytest.param("sab", "ab", "sab", "sab", id="the-servers-own-first"),
        pytest.param("sn", "n", "s", "ns", id="a-new-element-before-the-servers-own"),
        pytest.param("ax", "a", "a", "ax", id="an-element-that-nobody-ordered"),
        pytest.param("a", "ab", "a", "a", id="a-wanted-element-that-is-not-there"),
    ],
)
def test_arranges_scalars(merged: str, wanted: str, old: str, expected: str) -> None:
    assert "".join(element_order.arrange(list(merged), list(wanted), list(old), merge_key="")) == expected


def test_arranges_objects_by_their_merge_key() -> None:
    merged: list[Any] = [{"name": "a", "v": 1}, {"name": "b", "v": 2}]

    arranged = element_order.arrange(merged, [{"name": "b"}, {"name": "a"}], merged, merge_key="name")

    assert [item["name"] for item in arranged] == ["b", "a"]
