"""A parameter takes values of its type, and nil where its type has one."""

import pytest

from keyferry.template.language import types
from keyferry.template.language.frames import NIL_ELEMENT, Raw
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import ANY, DICT, INT, INT64, LIST, STRING, Map, Opaque, Sized, Slice, Value


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [(b"a", STRING, b"a"), (1, ANY, 1), (None, ANY, None), (NIL_ELEMENT, ANY, None), (None, "*semver.Version", None)],
)
def test_accepted(value: Raw, wanted: str, expected: Value) -> None:
    assert types.accepted(value, wanted, 0) == expected


def test_nil_lists_and_maps() -> None:
    made = types.accepted(None, DICT, 0), types.accepted(None, LIST, 0)
    assert isinstance(made[0], Map)
    assert isinstance(made[1], Slice)
    assert made[0].is_nil
    assert made[1].is_nil


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1, STRING),
        (None, STRING),
        (NIL_ELEMENT, DICT),
        (Sized(1), INT),
        (1, INT64),
        (True, INT),
        (Map(elem=STRING), DICT),
    ],
)
def test_refused(value: Raw, wanted: str) -> None:
    with pytest.raises(Mistake) as refused:
        types.accepted(value, wanted, 5)
    assert (refused.value.kind, refused.value.at) == ("exec/wrong-type", 5)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        (NIL_ELEMENT, False),
        (b"", False),
        (b"0", True),
        (0, False),
        (-1, True),
        (0.0, False),
        (0j, False),
        (False, False),
        (Slice(), False),
        (Slice([0]), True),
        (Map(), False),
        (Map({b"": 0}), True),
        (Opaque(), True),
    ],
)
def test_truth(value: Raw, expected: bool) -> None:
    assert types.is_true(value) is expected
