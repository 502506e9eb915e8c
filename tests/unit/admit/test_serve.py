"""Reviews are answered over HTTPS; what is none gets a plain Status, and is counted."""

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from keyferry.admit.intake import MAX_BYTES
from keyferry.admit.serve import Reviewer
from keyferry.admit.tally import Tally
from keyferry.admit.verdict import Verdict
from keyferry.kube.wire.admission import Question
from keyferry.model.errors import Unavailable
from keyferry.runtime.listening import Listening
from tests.fakes import external_secrets
from tests.fakes.webhook_clients import VALIDATION, ApiServer, certify, review, serving, settings


@pytest.fixture
async def api_server(tmp_path: Path) -> AsyncIterator[ApiServer]:
    certify(tmp_path)
    async with serving(settings(tmp_path)) as made:
        yield made


async def test_answers_and_counts(api_server: ApiServer) -> None:
    good = external_secrets.document()
    assert await api_server.ask(VALIDATION, review(good)) == {"uid": "7", "allowed": True}
    refused = await api_server.ask(VALIDATION, review(good | {"spec": {}}))
    assert (refused["allowed"], refused["status"]["code"]) == (False, 403)
    assert (await api_server.post(VALIDATION, b"{}"))[0] == 400
    assert (await api_server.post("/", b""))[0] == 404
    assert (await api_server.health("/readyz"))[0] == 200
    metrics = (await api_server.health("/metrics"))[1]
    for outcome, count in (("allowed", 1), ("refused", 1), ("malformed", 1)):
        assert f'keyferry_admission_reviews_total{{outcome="{outcome}"}} {count}.0' in metrics


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        pytest.param(b"{}", {}, 400, "BadRequest", id="no-review"),
        pytest.param(b"sesame", {}, 400, "BadRequest", id="no-JSON"),
        pytest.param(b"[" * 100_000, {}, 400, "BadRequest", id="deep"),
        pytest.param(review({"a": "sesame"}, "admission.k8s.io/v2"), {}, 400, "BadRequest", id="version"),
        pytest.param(b"{}", {"Content_Type": "application/yaml"}, 415, "UnsupportedMediaType", id="content-type"),
        pytest.param(b"{}", {"Content_Encoding": "gzip"}, 415, "UnsupportedMediaType", id="compressed"),
        pytest.param(b"x" * (MAX_BYTES + 1), {}, 413, "RequestEntityTooLarge", id="large"),
    ],
)
async def test_what_is_no_review_gets_a_status(
    api_server: ApiServer, body: bytes, headers: dict[str, str], status: int, reason: str
) -> None:
    answered, text = await api_server.post(VALIDATION, body, **headers)
    told = json.loads(text)
    assert (answered, told["kind"], told["status"], told["code"], told["reason"]) == (
        *(status, "Status", "Failure"),
        *(status, reason),
    )
    assert told["message"]
    assert "sesame" not in text


async def test_other_methods(api_server: ApiServer) -> None:
    url = f"https://127.0.0.1:{api_server.webhook.port}{VALIDATION}"
    async with aiohttp.ClientSession() as session, session.get(url, ssl=False) as answer:
        assert (answer.status, json.loads(await answer.text())["reason"]) == (405, "MethodNotAllowed")


async def test_a_body_of_unknown_length_is_cut_off_where_it_is_too_large(api_server: ApiServer) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_BYTES // 2**20 + 1):
            yield b"x" * 2**20

    url, headers = f"https://127.0.0.1:{api_server.webhook.port}{VALIDATION}", {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=chunks(), ssl=False, headers=headers) as answer,
    ):
        assert answer.status == 413


async def fail(question: Question) -> Verdict:
    """A handler that an object was too much for."""
    raise ValueError(f"cannot cope with {question.object}")


async def be_late(_question: Question) -> Verdict:
    """A handler that has no time."""
    raise Unavailable(what="the object takes too long to judge")


async def test_what_takes_too_long_is_told_as_that() -> None:
    listening = Listening(Reviewer({"/": be_late}, Tally(lambda: 0.0)).answer)
    await listening.open("127.0.0.1:0", "--address")
    url, headers = f"http://127.0.0.1:{listening.port}/", {"Content-Type": "application/json"}
    with capture_logs():
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=review({"a": "sesame"}), headers=headers) as answer,
        ):
            response = json.loads(await answer.text())["response"]
    await listening.close()
    assert not response["allowed"]
    assert "takes too long to judge; try again" in response["status"]["message"]
    assert "report" not in response["status"]["message"]


async def test_an_object_that_a_handler_fails_on_is_answered_for_without_its_text() -> None:
    tally = Tally(lambda: 0.0)
    listening = Listening(Reviewer({"/": fail}, tally).answer)
    await listening.open("127.0.0.1:0", "--address")
    url, headers = f"http://127.0.0.1:{listening.port}/", {"Content-Type": "application/json"}
    with capture_logs() as logs:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=review({"a": "sesame"}), headers=headers) as answer,
        ):
            text = await answer.text()
    await listening.close()
    response = json.loads(text)["response"]
    assert (response["allowed"], response["status"]["code"], response["uid"]) == (False, 500, "7")
    assert [(entry["event"], entry["cause"]) for entry in logs] == [("review.failed", "ValueError")]
    assert "sesame" not in f"{text}{logs}"
    assert tally.outcomes == {"failed": 1}


async def test_without_a_certificate_it_is_not_ready_and_nobody_is_answered(tmp_path: Path) -> None:
    async with serving(settings(tmp_path)) as api_server:
        assert "tls.crt" in (await api_server.health("/readyz"))[1]
        with pytest.raises((aiohttp.ClientConnectorError, ssl.SSLError)):
            await api_server.post(VALIDATION, b"")
        assert (await api_server.health("/healthz"))[0] == 200
