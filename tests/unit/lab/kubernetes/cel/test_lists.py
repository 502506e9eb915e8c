import pytest

from tests.fakes.cel import answered


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param("[1, 2, 2].isSorted() && !['b', 'a'].isSorted()", True, id="is-sorted"),
        pytest.param("[].isSorted() && [].sum() == 0", True, id="nothing"),
        pytest.param("[1, 2, 3].sum() == 6 && [1.5, 0.5].sum() == 2.0", True, id="sum"),
        pytest.param("[3, 1, 2].min() == 1 && ['a', 'b'].max() == 'b'", True, id="min-and-max"),
        pytest.param("object.spec.containers.map(c, c.name).max() == 'two'", True, id="of-what-is-read"),
        pytest.param("[].min() == 1", "min called on empty list", id="the-least-of-nothing"),
        pytest.param("[].max() == 1", "max called on empty list", id="the-most-of-nothing"),
        pytest.param("[1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2", True, id="index-of"),
        pytest.param("[1].indexOf(2) == -1 && [1].lastIndexOf(2) == -1", True, id="index-of-what-is-not-there"),
        pytest.param("'abc'.indexOf('c') == 2", True, id="texts-have-it-too"),
    ],
)
def test_lists(expression: str, found: bool | str) -> None:
    assert answered(expression) == found
