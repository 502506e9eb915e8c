"""AdmissionReviews are read strictly where it matters, and answered by their uid."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import admission
from keyferry.kube.wire.admission import MAX_WARNING, MAX_WARNINGS, Question, Refusal, Review
from keyferry.model.errors import SpecError


def review(**changes: Any) -> bytes:
    request = {"uid": "1", "kind": {"group": "g", "version": "v1", "kind": "K"}, "operation": "CREATE", "object": {}}
    document = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    return json.dumps(document | changes).encode()


@pytest.mark.parametrize("version", admission.API_VERSIONS)
def test_a_question(version: str) -> None:
    found = admission.decode(review(apiVersion=version))
    asked = found.question
    assert (asked.uid, asked.kind.kind, asked.operation) == ("1", "K", "CREATE")
    assert (asked.object, asked.old_object) == ({}, None)
    assert json.loads(admission.encode(found))["apiVersion"] == version


@pytest.mark.parametrize("version", admission.API_VERSIONS)
def test_a_question_left_unread(version: str) -> None:
    body = review(apiVersion=version, request={"uid": "1", "operation": "CREATE", "object": {"a": [1]}})
    found = admission.decode_unread(body)
    asked = found.question
    assert (asked.uid, asked.operation, asked.object, found.api_version) == ("1", "CREATE", None, version)
    assert asked.unread is not None
    assert json.loads(bytes(asked.unread)) == {"a": [1]}


@pytest.mark.parametrize("request_", [{"uid": "1"}, {"uid": "1", "object": None}], ids=["none", "null"])
def test_nothing_to_be_read(request_: dict[str, Any]) -> None:
    assert admission.decode_unread(review(request=request_)).question.unread is None


@pytest.mark.parametrize("decode", [admission.decode, admission.decode_unread])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        review(apiVersion="admission.k8s.io/v2"),
        review(apiVersion="v1"),
        review(kind="Pod"),
        review(request=None),
        review(request={"uid": 1}),
        review(request={"uid": "1", "object": "text"}),
        review().replace(b'"object": {}', b'"object": {"a": "\xff"}'),
    ],
    ids=["empty", "list", "bytes", "deep", "version", "no-group", "kind", "no-request", "uid", "object", "no-utf-8"],
)
def test_what_is_no_review(body: bytes, decode: Callable[[bytes], Review]) -> None:
    with pytest.raises(SpecError):
        decode(body)


def test_what_is_nested_too_deep_is_read_without_its_depths() -> None:
    deep = b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"
    body = review().replace(b'"object": {}', b'"object": ' + deep)
    found = admission.decode(body).question.object
    assert found is not None
    assert list(found) == ["a"]
    unread = admission.decode_unread(body).question.unread
    assert unread is not None
    assert json.loads(bytes(unread)).keys() == {"a"}


@given(st.binary())
def test_garbage_is_a_plain_error(body: bytes) -> None:
    for decode in (admission.decode, admission.decode_unread):
        with pytest.raises(SpecError):
            decode(body)


ASKED = Review(question=Question(uid="1"))


def answered(**given: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(admission.encode(ASKED, **given))["response"]
    return found


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({}, {"allowed": True}, id="allowed"),
        pytest.param(
            {"refusal": Refusal(code=400, reason="BadRequest", message="no")},
            {"allowed": False, "status": {"code": 400, "reason": "BadRequest", "message": "no"}},
            id="refused",
        ),
        pytest.param({"patch": b"[1]"}, {"allowed": True, "patchType": "JSONPatch", "patch": "WzFd"}, id="patched"),
        pytest.param(
            {"patch": b"[1]", "refusal": Refusal(code=500, reason="InternalError", message="a\nb")},
            {"allowed": False, "status": {"code": 500, "reason": "InternalError", "message": "a b"}},
            id="refused-with-a-patch",
        ),
        pytest.param({"warnings": ("a", "b", "a")}, {"allowed": True, "warnings": ["a", "b"]}, id="warned"),
    ],
)
def test_answers(given: dict[str, Any], told: dict[str, Any]) -> None:
    assert answered(**given) == {"uid": "1"} | told


def test_warnings_stay_within_what_an_api_server_shows() -> None:
    warnings = answered(warnings=tuple(f"{number} {'w' * 1000}" for number in range(99)))["warnings"]
    assert (len(warnings), warnings[-1]) == (MAX_WARNINGS + 1, f"and {99 - MAX_WARNINGS} more")
    assert max(map(len, warnings)) == MAX_WARNING
    assert sum(map(len, warnings)) <= 4096


@given(st.lists(st.text()), st.text())
def test_any_text_can_be_shown(warnings: list[str], message: str) -> None:
    refusal = Refusal(code=400, reason="BadRequest", message=message)
    told = answered(refusal=refusal, warnings=tuple(warnings))
    for text in (*told.get("warnings", ()), told["status"]["message"]):
        assert text.isprintable() or all(ord(letter) >= 0x20 for letter in text)
    status = json.loads(admission.encode_status(refusal))
    assert (status["kind"], status["code"], status["message"]) == ("Status", 400, told["status"]["message"])


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\r\n", id="line-end"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\u2028", id="unicode-line-end"),
        pytest.param("\u202e", id="right-to-left"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\u200f", id="mark"),
    ],
)
def test_a_hostile_name_stays_on_its_line_and_in_its_order(character: str) -> None:
    found = admission.decode(review())
    refusal = Refusal(code=400, reason="BadRequest", message=f"a{character}b")
    answer = json.loads(admission.encode(found, refusal, (f"c{character}d",)))["response"]
    assert (answer["status"]["message"], answer["warnings"]) == ("a b", ["c d"])
