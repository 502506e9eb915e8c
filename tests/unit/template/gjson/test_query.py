import pytest

from keyferry.template.gjson import query as gjson_query
from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.steps import Query


@pytest.mark.parametrize(
    ("operator", "wanted", "json", "expected"),
    [
        pytest.param(b"", b"", b"0", True, id="exists"),
        pytest.param(b"", b"", b"", False, id="does-not-exist"),
        pytest.param(b"=", b"a", b'"a"', True, id="string"),
        pytest.param(b"<", b"b", b'"a"', True, id="string-order"),
        pytest.param(b"%", b"a*", b'"ab"', True, id="pattern"),
        pytest.param(b"!%", b"a*", b'"ab"', False, id="no-pattern"),
        pytest.param(b"?", b"a", b'"a"', False, id="string-and-no-operator"),
        pytest.param(b">=", b"4.5", b"4.5", True, id="number"),
        pytest.param(b"!=", b"4", b"5", True, id="number-differs"),
        pytest.param(b"%", b"4", b"4", False, id="numbers-have-no-pattern"),
        pytest.param(b"=", b"true", b"true", True, id="true"),
        pytest.param(b"!=", b"x", b"true", True, id="true-is-no-word"),
        pytest.param(b">", b"false", b"true", True, id="true-is-more"),
        pytest.param(b">", b"true", b"true", False, id="true-is-not-more-than-itself"),
        pytest.param(b">=", b"anything", b"true", True, id="true-is-at-least-anything"),
        pytest.param(b"<", b"true", b"false", True, id="false-is-less"),
        pytest.param(b"<=", b"anything", b"false", True, id="false-is-at-most-anything"),
        pytest.param(b">=", b"false", b"false", False, id="false-is-not-at-least-itself"),
        pytest.param(b"%", b"true", b"true", False, id="booleans-have-no-pattern"),
        pytest.param(b"=", b"null", b"null", False, id="null-equals-nothing"),
        pytest.param(b"=", b"{}", b"{}", False, id="objects-equal-nothing"),
        pytest.param(b"=", b"~*", b"0", True, id="anything"),
        pytest.param(b"=", b"~*", b"", False, id="not-anything"),
        pytest.param(b"=", b"~null", b"null", True, id="null"),
        pytest.param(b"=", b"~null", b"", True, id="absent-is-null"),
        pytest.param(b"=", b"~true", b'"T"', True, id="word-for-true"),
        pytest.param(b"=", b"~true", b'"yes"', False, id="no-word-for-true"),
        pytest.param(b"=", b"~true", b"2", True, id="number-for-true"),
        pytest.param(b"=", b"~true", b"0", False, id="zero-is-not-true"),
        pytest.param(b"=", b"~false", b"0", True, id="zero-is-false"),
        pytest.param(b"=", b"~false", b'"F"', True, id="word-for-false"),
        pytest.param(b"=", b"~false", b"false", True, id="false"),
        pytest.param(b"=", b"~false", b"{}", False, id="objects-are-not-false"),
        pytest.param(b"=", b"~zzz", b"1", False, id="unknown-word"),
    ],
)
def test_meets_the_query(operator: bytes, wanted: bytes, json: bytes, expected: bool) -> None:
    assert gjson_query.matches(Query(operator=operator, value=wanted), gjson_values.parse(json)) is expected
