import pytest

from keyferry.lab.kubernetes import problems
from keyferry.lab.kubernetes.problems import Problem


@pytest.mark.parametrize(
    ("problem", "text", "reason"),
    [
        pytest.param(problems.required("spec.a"), "spec.a: Required value", "FieldValueRequired", id="required"),
        pytest.param(problems.required("a", "why"), "a: Required value: why", "FieldValueRequired", id="with-detail"),
        pytest.param(
            problems.invalid("a", "x", "bad"), 'a: Invalid value: "x": bad', "FieldValueInvalid", id="invalid"
        ),
        pytest.param(
            problems.unsupported("a", "x", ["y", "z"]),
            'a: Unsupported value: "x": supported values: "y", "z"',
            "FieldValueNotSupported",
            id="unsupported",
        ),
        pytest.param(problems.forbidden("a", "no"), "a: Forbidden: no", "FieldValueForbidden", id="forbidden"),
        pytest.param(problems.duplicate("a", 1), "a: Duplicate value: 1", "FieldValueDuplicate", id="duplicate"),
        pytest.param(problems.not_found("a", "x"), 'a: Not found: "x"', "FieldValueNotFound", id="not-found"),
        pytest.param(
            problems.too_long("a", 3), "a: Too long: may not be more than 3 bytes", "FieldValueTooLong", id="too-long"
        ),
        pytest.param(
            problems.too_many("a", 4, 3), "a: Too many: 4: must have at most 3 items", "FieldValueTooMany", id="many"
        ),
        pytest.param(
            problems.wrong_type("a", "integer", "is text"),
            'a: Invalid value: "integer": is text',
            "FieldValueTypeInvalid",
            id="type",
        ),
    ],
)
def test_speaks_kubernetes_words(problem: Problem, text: str, reason: str) -> None:
    assert str(problem) == text
    assert problem.cause() == {"reason": reason, "message": problem.body, "field": problem.path}
