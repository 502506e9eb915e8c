"""Reviews are answered over HTTPS; what is none gets a plain Status, and is counted."""

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from keyferry.admit.serve import MAX_BYTES
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


async def test_without_a_certificate_it_is_not_ready_and_nobody_is_answered(tmp_path: Path) -> None:
    async with serving(settings(tmp_path)) as api_server:
        assert "tls.crt" in (await api_server.health("/readyz"))[1]
        with pytest.raises((aiohttp.ClientConnectorError, ssl.SSLError)):
            await api_server.post(VALIDATION, b"")
        assert (await api_server.health("/healthz"))[0] == 200
