"""A webhook process in this one, and an API server's side of it: reviews are posted, health is looked at."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from keyferry.admit.certificates.key_pair import CERTIFICATE, KEY
from keyferry.admit.ending import Ending
from keyferry.admit.run import Webhook
from keyferry.admit.settings import Settings
from keyferry.kube.client import Client
from tests.fakes.certificates import key_pair
from tests.fakes.patience import patient

V1 = "admission.k8s.io/v1"
VALIDATION = "/validate-external-secrets-io-v1-externalsecret"
INJECTION = "/mutate-v1-pod"
ADVICE = "/advise"
TENANT = "99999999-9999-4999-8999-999999999999"


def certify(folder: Path, name: str = "webhook") -> None:
    """Put a certificate and its key where the webhook looks."""
    certificate, key = key_pair(name)
    (folder / CERTIFICATE).write_bytes(certificate)
    (folder / KEY).write_bytes(key)


def settings(folder: Path, **changes: Any) -> Settings:
    """Return settings on free ports of loopback."""
    given: dict[str, Any] = {"address": "127.0.0.1:0", "health_address": "127.0.0.1:0"} | changes
    return Settings(certificates=folder, **given)


def review(document: dict[str, Any] | None, api_version: str = V1, **request: Any) -> bytes:
    """Return the bytes that ask about the creation of `document`."""
    kind = {"group": "", "version": "v1", "kind": (document or {}).get("kind", "")}
    asked = {"uid": "7", "kind": kind, "operation": "CREATE", "namespace": "apps", "object": document} | request
    return json.dumps({"apiVersion": api_version, "kind": "AdmissionReview", "request": asked}).encode()


class ApiServer:
    """Asks a webhook over HTTPS, without looking whose certificate it is."""

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession, ending: Ending) -> None:
        self.webhook = webhook
        self.ending = ending
        self._session = session

    async def post(self, path: str, body: bytes, **headers: str) -> tuple[int, str]:
        """Post a body; return the status and the text of the answer."""
        url = f"https://127.0.0.1:{self.webhook.port}{path}"
        headers = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        async with self._session.post(url, data=io.BytesIO(body), ssl=False, headers=headers) as answer:
            return answer.status, await answer.text()

    async def ask(self, path: str, body: bytes) -> dict[str, Any]:
        """Post a review that is one; return the response in it."""
        status, text = await self.post(path, body)
        assert status == 200, text
        response: dict[str, Any] = json.loads(text)["response"]
        return response

    async def health(self, path: str) -> tuple[int, str]:
        """Look at the webhook's health."""
        async with self._session.get(f"http://127.0.0.1:{self.webhook.health_port}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(made: Settings, client: Client | None = None) -> AsyncIterator[ApiServer]:
    """Run a webhook until the end of the block."""
    webhook, ending = Webhook(made, client, {"AZURE_TENANT_ID": TENANT}), Ending()
    task = asyncio.create_task(webhook.work(ending))
    try:
        async with patient(), aiohttp.ClientSession() as session:
            while not webhook.port:  # noqa: ASYNC110  (it is about to listen)
                await asyncio.sleep(0.001)
            yield ApiServer(webhook, session, ending)
    finally:
        ending.ask()
        await task
