"""AdmissionReviews are read strictly where it matters, and answered by their uid."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import admission
from keyferry.kube.wire.admission import MAX_WARNING, MAX_WARNINGS
from keyferry.model.errors import SpecError


def review(**changes: Any) -> bytes:
    request = {"uid": "1", "kind": {"group": "g", "version": "v1", "kind": "K"}, "operation": "CREATE", "object": {}}
    document = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    return json.dumps(document | changes).encode()


def test_a_question() -> None:
    asked = admission.decode(review())
    assert (asked.uid, asked.kind.kind, asked.operation, asked.object, asked.old_object) == (
        "1",
        "K",
        "CREATE",
        {},
        None,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        review(apiVersion="admission.k8s.io/v1beta1"),
        review(kind="Pod"),
        review(request=None),
        review(request={"uid": 1}),
        review(request={"uid": "1", "object": "text"}),
    ],
    ids=["empty", "list", "bytes", "deep", "version", "kind", "no-request", "uid", "object"],
)
def test_what_is_no_review(body: bytes) -> None:
    with pytest.raises(SpecError):
        admission.decode(body)


@given(st.binary())
def test_garbage_is_a_plain_error(body: bytes) -> None:
    with pytest.raises(SpecError):
        admission.decode(body)


def test_answers() -> None:
    allowed = json.loads(admission.encode("1", warnings=("w" * 1000, *["x"] * 99)))
    assert allowed["apiVersion"] == "admission.k8s.io/v1"
    assert (allowed["response"]["uid"], allowed["response"]["allowed"]) == ("1", True)
    assert len(allowed["response"]["warnings"]) == MAX_WARNINGS
    assert len(allowed["response"]["warnings"][0]) == MAX_WARNING
    refused = json.loads(admission.encode("1", "no"))["response"]
    assert refused == {"uid": "1", "allowed": False, "status": {"code": 403, "reason": "Forbidden", "message": "no"}}
