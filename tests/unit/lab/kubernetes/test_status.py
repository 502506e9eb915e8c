import pytest

from keyferry.lab.kubernetes import problems, status
from keyferry.lab.kubernetes.status import StatusError


@pytest.mark.parametrize(
    ("refusal", "code", "reason", "message"),
    [
        pytest.param(status.bad_request("x"), 400, "BadRequest", "x", id="bad-request"),
        pytest.param(status.unauthorized(), 401, "Unauthorized", "Unauthorized", id="unauthorized"),
        pytest.param(
            status.forbidden("g.io", "as", "a", "no"), 403, "Forbidden", 'as.g.io "a" is forbidden: no', id="forbidden"
        ),
        pytest.param(
            status.forbidden("", "as", "", "no"), 403, "Forbidden", "as is forbidden: no", id="forbidden-collection"
        ),
        pytest.param(status.not_found("", "as", "a"), 404, "NotFound", 'as "a" not found', id="not-found"),
        pytest.param(
            status.method_not_allowed("", "as"), 405, "MethodNotAllowed", "the server does not allow", id="405"
        ),
        pytest.param(status.not_acceptable(), 406, "NotAcceptable", "only the following media types", id="406"),
        pytest.param(status.already_exists("", "as", "a"), 409, "AlreadyExists", 'as "a" already exists', id="exists"),
        pytest.param(
            status.conflict("", "as", "a"), 409, "Conflict", 'Operation cannot be fulfilled on as "a": ', id="conflict"
        ),
        pytest.param(status.expired("old"), 410, "Expired", "old", id="expired"),
        pytest.param(status.unsupported_media_type("x"), 415, "UnsupportedMediaType", "x", id="415"),
        pytest.param(status.future_version(5, 4), 504, "Timeout", "Too large resource version: 5", id="future"),
        pytest.param(status.no_such_path(), 404, "NotFound", "could not find the requested resource", id="no-path"),
    ],
)
def test_refusals_have_code_reason_and_message(refusal: StatusError, code: int, reason: str, message: str) -> None:
    document = refusal.document()
    assert (document["code"], document["reason"], document["status"]) == (code, reason, "Failure")
    assert message in document["message"]


def test_names_every_broken_rule_once() -> None:
    found = [problems.required("spec.a"), problems.required("spec.b"), problems.required("spec.b")]
    document = status.invalid("g.io", "A", "x", found).document()
    assert document["message"] == 'A.g.io "x" is invalid: [spec.a: Required value, spec.b: Required value]'
    assert [cause["field"] for cause in document["details"]["causes"]] == ["spec.a", "spec.b", "spec.b"]
    assert status.invalid("", "A", "x", found[:1]).document()["message"] == 'A "x" is invalid: spec.a: Required value'


def test_success_carries_details() -> None:
    assert status.success(name="a")["details"] == {"name": "a"}
