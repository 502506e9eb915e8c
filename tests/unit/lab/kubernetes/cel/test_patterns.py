import pytest

from tests.fakes.cel import answered


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param("'abc 123'.find('[0-9]+') == '123'", True, id="find"),
        pytest.param("'abc'.find('[0-9]+') == ''", True, id="find-nothing"),
        pytest.param("'a1b22'.findAll('[0-9]+') == ['1', '22']", True, id="find-all"),
        pytest.param("'a1b22'.findAll('[0-9]+', 1) == ['1']", True, id="find-some"),
        pytest.param("'a1b22'.findAll('[0-9]+', -1).size() == 2", True, id="without-limit"),
        pytest.param("'a'.find('[') == ''", "illegal regex: [", id="no-pattern"),
        pytest.param("object.metadata.name.matches('^w.b$')", True, id="matches-is-the-languages-own"),
    ],
)
def test_patterns(expression: str, found: bool | str) -> None:
    assert answered(expression) == found
