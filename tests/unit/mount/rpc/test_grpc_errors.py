import pytest

from keyferry.model.errors import (
    AssertionRejected,
    Bug,
    GrantError,
    KeyferryError,
    NotFound,
    RoleMissing,
    SecretAbsent,
    SpecError,
    Throttled,
    Unavailable,
)
from keyferry.mount.rpc import grpc_errors
from keyferry.mount.rpc.grpc_errors import Code, CodedError
from keyferry.mount.rpc.request_checks import InvalidRequest


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(InvalidRequest(what="x"), Code.INVALID_ARGUMENT, id="a-malformed-call"),
        pytest.param(SpecError(what="x"), Code.UNKNOWN, id="a-wrong-class"),
        pytest.param(NotFound(what="x"), Code.UNKNOWN, id="no-class"),
        pytest.param(SecretAbsent(what="x"), Code.UNKNOWN, id="no-secret"),
        pytest.param(GrantError(what="x"), Code.PERMISSION_DENIED, id="no-grant"),
        pytest.param(RoleMissing(what="x"), Code.PERMISSION_DENIED, id="no-role"),
        pytest.param(AssertionRejected(code=70021, what="x"), Code.PERMISSION_DENIED, id="no-federation"),
        pytest.param(Throttled(what="x"), Code.RESOURCE_EXHAUSTED, id="throttled"),
        pytest.param(Unavailable(what="x"), Code.UNAVAILABLE, id="down"),
        pytest.param(Bug(what="x"), Code.INTERNAL, id="bug"),
        pytest.param(KeyferryError(what="x"), Code.UNKNOWN, id="any-other"),
        pytest.param(CodedError(code=Code.DATA_LOSS, what="x"), Code.DATA_LOSS, id="with-a-code-of-its-own"),
    ],
)
def test_each_error_has_its_code_and_its_words(error: KeyferryError, code: Code) -> None:
    assert grpc_errors.outcome_of(error) == grpc_errors.Outcome(code=code, text="x")


def test_words_are_one_line_and_bounded() -> None:
    text = grpc_errors.outcome_of(
        NotFound(what="failed to get\nsecretproviderclass a/b", cause="not found\x1b[31m")
    ).text
    assert text == "failed to get secretproviderclass a/b: not found [31m"
    assert len(grpc_errors.outcome_of(NotFound(what="x" * 10_000)).text) == grpc_errors.MOST_CHARACTERS


def test_of_a_bug_only_type_and_place_are_told() -> None:
    try:
        raise ValueError("hunter2")
    except ValueError as error:
        bug = error
    outcome = grpc_errors.outcome_of(bug)
    assert outcome.code is Code.INTERNAL
    assert "ValueError" in outcome.text
    assert "test_grpc_errors" in outcome.text
    assert "hunter2" not in outcome.text


def test_the_innermost_place_is_told() -> None:
    def inner() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError) as caught:
        inner()
    assert grpc_errors.outcome_of(caught.value).text.endswith(f":{inner.__code__.co_firstlineno + 1}")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert grpc_errors.outcome_of(ValueError("hunter2")).text == "a bug in keyferry: ValueError in no place known"
