import base64
from typing import Any

import pytest

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission import verdict
from keyferry.lab.kubernetes.admission.verdict import UnusableError
from keyferry.lab.world.http import Response

PATCH = base64.b64encode(b'[{"op": "remove", "path": "/a"}]').decode()


def _answer(response: Any, **head: str) -> Response:
    document = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response} | head
    return Response(status=200, body=objects.encode(document))


def _said(**fields: Any) -> dict[str, Any]:
    return {"uid": "1", "allowed": True} | fields


def _with(**fields: Any) -> bytes:
    return _answer(_said(**fields)).body


def test_what_counts_is_read() -> None:
    response = _said(allowed=False, status={"message": "no"}, warnings=["old"], patch=PATCH, patchType="JSONPatch")
    found = verdict.read(_answer(response), "1", "v1", mutating=True)
    assert (found.allowed, found.status, found.warnings) == (False, {"message": "no"}, ("old",))
    assert found.patch == ({"op": "remove", "path": "/a"},)
    assert verdict.read(_answer(_said()), "1", "v1", mutating=False).patch == ()


@pytest.mark.parametrize(
    ("response", "head", "why"),
    [
        pytest.param(None, {}, "webhook response was absent", id="no-response"),
        pytest.param(_said(uid="2"), {}, 'expected response.uid="1", got "2"', id="another-uid"),
        pytest.param(_said(uid=""), {}, 'expected response.uid="1", got ""', id="no-uid"),
        pytest.param(
            _said(),
            {"apiVersion": "admission.k8s.io/v2"},
            "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, "
            "got admission.k8s.io/v2, Kind=AdmissionReview",
            id="another-version",
        ),
        pytest.param(
            _said(),
            {"apiVersion": "", "kind": ""},
            "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=",
            id="no-kind",
        ),
        pytest.param(
            _said(patch=PATCH), {}, "webhook returned response.patch but not response.patchType", id="no-patch-type"
        ),
        pytest.param(
            _said(patchType="JSONPatch"),
            {},
            "webhook returned response.patchType but not response.patch",
            id="no-patch",
        ),
        pytest.param(
            _said(patch=PATCH, patchType=""), {}, 'webhook returned invalid response.patchType of ""', id="empty-type"
        ),
        pytest.param(_said(patch=PATCH, patchType="Merge"), {}, 'unsupported patch type "Merge"', id="unknown-type"),
    ],
)
def test_an_answer_that_does_not_count(response: Any, head: dict[str, str], why: str) -> None:
    with pytest.raises(UnusableError) as refusal:
        verdict.read(_answer(response, **head), "1", "v1", mutating=True)
    assert str(refusal.value) == f"received invalid webhook response: {why}"


@pytest.mark.parametrize(
    "field", [pytest.param({"patch": PATCH}, id="patch"), pytest.param({"patchType": "JSONPatch"}, id="patchType")]
)
def test_a_validating_webhook_may_change_nothing(field: dict[str, str]) -> None:
    with pytest.raises(UnusableError, match=r"validating webhook may not return response\.patch"):
        verdict.read(_answer(_said(**field)), "1", "v1", mutating=False)


def test_the_older_version_is_not_looked_at_so_closely() -> None:
    answer = _answer({"allowed": True, "patch": PATCH}, apiVersion="admission.k8s.io/v1beta1")
    assert len(verdict.read(answer, "1", "v1beta1", mutating=True).patch) == 1
    assert verdict.read(_answer({"patchType": "JSONPatch"}), "1", "v1beta1", mutating=True).patch == ()


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(base64.b64encode(b"{").decode(), id="no-json"),
        pytest.param(base64.b64encode(b"{}").decode(), id="no-array"),
    ],
)
def test_a_patch_that_is_none(patch: str) -> None:
    with pytest.raises(UnusableError, match="received undecodable patch in webhook response"):
        verdict.read(_answer(_said(patch=patch, patchType="JSONPatch")), "1", "v1", mutating=True)


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        pytest.param(200, b"nonsense", "couldn't get version/kind; json parse error: ", id="no-json"),
        pytest.param(200, b"[]", "couldn't get version/kind; json parse error: ", id="no-object"),
        pytest.param(200, b"[" * 9000, "couldn't get version/kind; json parse error: ", id="deep"),
        pytest.param(200, b'{"kind": "\xff"}', "couldn't get version/kind; json parse error: ", id="no-text"),
        pytest.param(200, _with(allowed="yes"), "couldn't get version/kind; json parse error: ", id="no-truth-value"),
        pytest.param(200, _with(patch="\u00a7"), "couldn't get version/kind; json parse error: ", id="no-base64"),
        pytest.param(200, _with(status=[]), "couldn't get version/kind; json parse error: ", id="no-status"),
        pytest.param(400, b"?", "the server rejected our request for an unknown reason", id="bad-request"),
        pytest.param(404, b"", "the server could not find the requested resource", id="not-found"),
        pytest.param(500, b"oh", 'an error on the server ("oh") has prevented the request from succeeding', id="oh"),
        pytest.param(503, b"", "the server is currently unable to handle the request", id="unavailable"),
        pytest.param(
            302, b"", "the server responded with the status code 302 but did not return more information", id="redirect"
        ),
        pytest.param(403, b'{"kind": "Status", "message": "not you"}', "not you", id="a-status"),
        pytest.param(404, b'{"kind": "Status"}', "the server could not find", id="a-status-without-words"),
    ],
)
def test_an_answer_that_is_no_review(status: int, body: bytes, why: str) -> None:
    with pytest.raises(UnusableError) as refusal:
        verdict.read(Response(status=status, body=body), "1", "v1", mutating=False)
    assert str(refusal.value).startswith(f"failed to call webhook: {why}")
