"""keyferry.provision.tree"""

import pytest

from keyferry.provision import tree
from keyferry.provision.tree import Changes


@pytest.mark.parametrize(
    ("wanted", "present", "before", "expected"),
    [
        pytest.param({}, {}, (), Changes(new=(), changed=(), same=(), stale=()), id="nothing"),
        pytest.param({"a": b"1"}, {}, (), Changes(new=("a",), changed=(), same=(), stale=()), id="new"),
        pytest.param(
            {"a": b"1"}, {"a": b"2"}, ("a",), Changes(new=(), changed=("a",), same=(), stale=()), id="changed"
        ),
        pytest.param({"a": b"1"}, {"a": b"1"}, ("a",), Changes(new=(), changed=(), same=("a",), stale=()), id="same"),
        pytest.param({}, {"a": b"1"}, ("a",), Changes(new=(), changed=(), same=(), stale=("a",)), id="stale"),
        pytest.param({}, {"a": b"1"}, (), Changes(new=(), changed=(), same=(), stale=()), id="of-somebody-else"),
        pytest.param({}, {}, ("a",), Changes(new=(), changed=(), same=(), stale=()), id="gone-already"),
    ],
)
def test_what_differs(
    wanted: dict[str, bytes], present: dict[str, bytes], before: tuple[str, ...], expected: Changes
) -> None:
    changes = tree.compare(wanted, present, before)
    assert changes == expected
    assert changes.is_nothing is not bool(expected.new or expected.changed or expected.stale)
