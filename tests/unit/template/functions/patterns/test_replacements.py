"""Dollars stand for groups."""

import pytest

from keyferry.template.functions.patterns.replacements import Replacement

TEXT = b"abc"
SPANS = ((0, 3), (0, 1), (-1, -1), (2, 3))
NAMES = {b"last": 3}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"x", b"x", id="text"),
        pytest.param(b"$0-$1", b"abc-a", id="numbers"),
        pytest.param(b"${1}x$1x", b"ax", id="a-name-is-as-long-as-can-be"),
        pytest.param(b"$last ${last}", b"c c", id="names"),
        pytest.param(b"$2$9${nope}|", b"|", id="groups-that-take-no-part"),
        pytest.param(b"$$1", b"$1", id="a-dollar"),
        pytest.param(b"$ ${ ${} $- $", b"$ ${ ${} $- $", id="dollars-that-stand-for-nothing"),
        pytest.param(b"$01", b"", id="no-number-begins-with-zero"),
        pytest.param(b"$9999999999", b"", id="a-number-too-large"),
        pytest.param("$é|$½".encode(), "|$½".encode(), id="letters-of-any-script"),
        pytest.param(b"\xff$1", b"\xffa", id="broken-bytes"),
    ],
)
def test_expands(text: bytes, expected: bytes) -> None:
    assert b"".join(Replacement.of(text, NAMES).expand(TEXT, SPANS)) == expected


def test_a_literal_has_no_signs() -> None:
    assert Replacement.literal(b"$1").expand(TEXT, SPANS) == [b"$1"]
