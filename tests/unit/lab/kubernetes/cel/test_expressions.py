import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.cel.environments import Library
from keyferry.lab.kubernetes.cel.expressions import RULES, FailedError, MalformedError, Runtime
from tests.fakes.cel import answered


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        pytest.param("object.metadata.labels['app'] == 'web'", True, id="the-object"),
        pytest.param("oldObject == null && namespaceObject == null", True, id="what-is-not-there-is-null"),
        pytest.param("request.operation in ['CREATE', 'UPDATE']", True, id="the-request"),
        pytest.param("!('system:nodes' in request.userInfo.groups)", True, id="groups"),
        pytest.param("has(request.subResource)", False, id="a-field-that-is-left-out"),
        pytest.param("object.spec.containers.all(c, c.name != '')", True, id="comprehension"),
        pytest.param("object.?spec.?nope.orValue('a') == 'a'", True, id="optional"),
        pytest.param("'Web'.lowerAscii() == object.metadata.name", True, id="strings"),
        pytest.param("object.spec.replicas == 2 && object.spec.replicas == 2.0", True, id="numbers"),
        pytest.param("true || object.nope == 1", True, id="a-failure-that-does-not-count"),
    ],
)
def test_values(expression: str, found: bool) -> None:
    assert answered(expression) is found


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param("object.nope == 1", "no such key: nope", id="no-key"),
        pytest.param("object.metadata.name > 1", "no such overload", id="no-overload"),
        pytest.param("namespaceObject.metadata.name == ''", "no such overload", id="of-nothing"),
        pytest.param("1 / 0 == 1", "divide by zero", id="no-number"),
        pytest.param("object.metadata.name", "must evaluate to bool", id="of-any-type"),
        pytest.param("'a'", "must evaluate to bool", id="a-text"),
        pytest.param(
            "objekt == 1",
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt' (in container '')\n"
            " | objekt == 1\n | ^",
            id="no-variable",
        ),
    ],
)
def test_errors_are_told_as_the_api_server_does(expression: str, told: str) -> None:
    assert answered(expression) == told


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param(f"{'(' * 100}1{')' * 100} == 1", "recursion limit exceeded", id="nested"),
        pytest.param("'" + "a" * 200_000 + "' == ''", "compilation failed: ", id="long"),
        pytest.param(
            "[1,2,3,4,5,6,7,8,9,0].all(a, [1,2,3,4,5,6,7,8,9,0].all(b, [1,2,3,4,5,6,7,8,9,0].all(c, "
            "[1,2,3,4,5,6,7,8,9,0].all(d, [1,2,3,4,5,6,7,8,9,0].all(e, true)))))",
            "Iteration budget exceeded",
            id="endless",
        ),
    ],
)
def test_what_costs_too_much_is_refused(expression: str, told: str) -> None:
    assert told in str(answered(expression))


def test_what_is_nested_too_deep_is_refused() -> None:
    value: dict[str, Any] = {}
    for _ in range(20_000):
        value = {"a": value}
    RULES.check("self == oldSelf")
    with pytest.raises(FailedError, match="nested deeper than 1000"):
        RULES.holds("self == oldSelf", {"self": value, "oldSelf": value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=4) | st.just("a"), parts, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_object_gives_an_answer_or_an_error(value: Any) -> None:
    for expression in (
        "self == oldSelf",
        "self.a == 1 || has(self.a)",
        "self.a.all(k, k != '') && size(self.a) >= 0",
        "string(self.a).matches('^.*$')",
        "quantity(self.a).isInteger()",
        "[self, oldSelf].min() == self",
    ):
        with contextlib.suppress(FailedError):
            assert RULES.holds(expression, {"self": value, "oldSelf": value}) in (True, False)


def test_without_the_runtime_it_is_said_what_to_install() -> None:
    def load() -> Library:
        raise ImportError

    with pytest.raises(MalformedError, match="cel-expr-python, which is not installed"):
        Runtime(load, {}).check("true")


def test_texts_about_an_object() -> None:
    expression = "'there are ' + string(self.size()) + ' of ' + oldSelf"
    RULES.check(expression, "string")
    assert RULES.text(expression, {"self": [1, 2], "oldSelf": "3"}) == "there are 2 of 3"
    with pytest.raises(FailedError, match="no such overload"):
        RULES.text(expression, {"self": [1, 2], "oldSelf": 3})
    with pytest.raises(MalformedError, match="must evaluate to string"):
        RULES.check("self.size()", "string")
    with pytest.raises(MalformedError, match=r"undeclared reference to 'request\.dryRun'"):
        RULES.check("request.dryRun")
