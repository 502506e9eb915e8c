import pytest

from tests.fakes.cel import answered


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param("sets.contains([1, 2], [2, 2])", True, id="contains"),
        pytest.param("sets.contains([1], [2])", False, id="contains-not"),
        pytest.param("sets.equivalent([1, 2], [2, 1, 1])", True, id="equivalent"),
        pytest.param("sets.equivalent([1, 2], [1])", False, id="not-equivalent"),
        pytest.param("sets.intersects(request.userInfo.groups, ['red', 'blue'])", True, id="intersects"),
        pytest.param("sets.intersects([1], [])", False, id="apart"),
    ],
)
def test_sets(expression: str, found: bool) -> None:
    assert answered(expression) == found
