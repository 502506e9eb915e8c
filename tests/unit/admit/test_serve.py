"""Reviews are answered over HTTPS; what is none is a plain refusal, and is counted."""

import asyncio
import io
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from keyferry.admit.run import Webhook
from keyferry.admit.serve import MAX_BYTES
from keyferry.admit.settings import Settings
from tests.fakes import external_secrets
from tests.unit.admit.test_certificates import put
from tests.unit.kube.wire.test_admission import review

PATH = "/validate-external-secrets-io-v1-externalsecret"


class Client:
    """An API server that does not look whose certificate it is."""

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        self.webhook = webhook
        self._session = session

    async def post(self, body: bytes, path: str = PATH) -> tuple[int, str]:
        url = f"https://127.0.0.1:{self.webhook.port}{path}"
        async with self._session.post(url, data=io.BytesIO(body), ssl=False) as answer:
            return answer.status, await answer.text()

    async def health(self, path: str) -> tuple[int, str]:
        async with self._session.get(f"http://127.0.0.1:{self.webhook.health_port}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Client]:
    webhook = Webhook(Settings(certificates=folder, address="127.0.0.1:0", health_address="127.0.0.1:0"))
    stop = asyncio.Event()
    task = asyncio.create_task(webhook.work(stop))
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while not webhook.port:  # noqa: ASYNC110  (it is about to listen)
            await asyncio.sleep(0.01)
        yield Client(webhook, session)
        stop.set()
        await task


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    put(tmp_path, "webhook")
    async with serving(tmp_path) as made:
        yield made


def asked(document: dict[str, Any]) -> bytes:
    kind = {"group": "external-secrets.io", "version": "v1", "kind": document["kind"]}
    return review(request={"uid": "7", "kind": kind, "operation": "CREATE", "object": document})


async def test_answers_and_counts(client: Client) -> None:
    good = external_secrets.document()
    status, text = await client.post(asked(good))
    assert (status, json.loads(text)["response"]) == (200, {"uid": "7", "allowed": True})
    status, text = await client.post(asked(good | {"spec": {}}))
    refused = json.loads(text)["response"]
    assert (status, refused["allowed"], refused["status"]["code"]) == (200, False, 403)
    assert (await client.post(b"{}"))[0] == 400
    assert (await client.post(b"x" * (MAX_BYTES + 1)))[0] == 413
    assert (await client.post(b"", "/"))[0] == 404
    assert (await client.health("/readyz"))[0] == 200
    metrics = (await client.health("/metrics"))[1]
    for outcome, count in (("allowed", 1), ("refused", 1), ("malformed", 2)):
        assert f'keyferry_admission_reviews_total{{outcome="{outcome}"}} {count}.0' in metrics


async def test_without_a_certificate_it_is_not_ready_and_with_one_it_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        assert "tls.crt" in (await client.health("/readyz"))[1]
        with pytest.raises((aiohttp.ClientConnectorError, ssl.SSLError)):
            await client.post(b"")
        assert (await client.health("/healthz"))[0] == 200
