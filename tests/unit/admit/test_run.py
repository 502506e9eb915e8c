"""The process ends when it is told to, without a request that is refused or cut; and says what it cannot have."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from keyferry.admit import run
from keyferry.admit.ending import Ending
from keyferry.admit.settings import InjectionFlags
from keyferry.kube.client import Client
from keyferry.kube.config import ClusterConfig
from keyferry.model.errors import SpecError
from keyferry.runtime.listening import Listening
from tests.fakes import external_secrets
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient
from tests.fakes.webhook_clients import TENANT, VALIDATION, ApiServer, certify, review, serving, settings

CLIENTS = 8
IN_FLIGHT = 'in_flight{webhook="/validate-external-secrets-io-"} 1.0'
REVIEW = review(external_secrets.document())


@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, id="term"), pytest.param(signal.SIGINT, id="int")])
async def test_ends_with_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    async with patient():
        task = asyncio.create_task(run.run(settings(tmp_path)))
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), number)
        await task


async def test_an_address_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SpecError, match="cannot listen on"):
            await run.run(settings(tmp_path, address=address))


class Endpoints:
    """What nodes know: clients go to the webhook as long as it is ready, and hear a little later that it is not."""

    def __init__(self, api_server: ApiServer) -> None:
        self._api_server = api_server
        self.has_it = True
        self.answered = 0

    async def follow(self) -> None:
        while (await self._api_server.health("/readyz"))[0] == 200:  # noqa: ASYNC110  (as kubelet looks)
            await asyncio.sleep(0.001)
        answered = self.answered
        while self.answered < answered + 5 * CLIENTS:  # noqa: ASYNC110  (requests that still come)
            await asyncio.sleep(0.001)
        self.has_it = False

    async def hammer(self, session: aiohttp.ClientSession, *, keeps: bool) -> None:
        url = f"https://127.0.0.1:{self._api_server.webhook.port}{VALIDATION}"
        headers = {"Content-Type": "application/json"} | ({} if keeps else {"Connection": "close"})
        while self.has_it:
            async with session.post(url, data=REVIEW, ssl=False, headers=headers) as answer:
                assert answer.status == 200
                assert b'"allowed":true' in await answer.read()
            self.answered += 1


async def test_no_request_is_lost_while_it_ends(tmp_path: Path) -> None:
    certify(tmp_path)
    made = settings(tmp_path, grace=timedelta(seconds=30))
    async with serving(made) as api_server, aiohttp.ClientSession() as session:
        assert (await api_server.health("/readyz"))[0] == 200
        endpoints = Endpoints(api_server)
        async with asyncio.TaskGroup() as group:
            group.create_task(endpoints.follow())
            for number in range(CLIENTS):
                group.create_task(endpoints.hammer(session, keeps=number % 2 == 0))
            while endpoints.answered < 2 * CLIENTS:  # noqa: ASYNC110  (clients that are about to come)
                await asyncio.sleep(0.001)
            api_server.ending.ask()


async def test_what_is_being_asked_when_the_grace_is_over_is_answered(tmp_path: Path) -> None:
    certify(tmp_path)
    gone = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield REVIEW[:100]
        await gone.wait()
        yield REVIEW[100:]

    async with serving(settings(tmp_path)) as api_server, aiohttp.ClientSession() as session:
        url = f"https://127.0.0.1:{api_server.webhook.port}{VALIDATION}"
        headers = {"Content-Type": "application/json"}
        asking = asyncio.create_task(session.post(url, data=body(), ssl=False, headers=headers).__aenter__())
        while IN_FLIGHT not in (await api_server.health("/metrics"))[1]:  # noqa: ASYNC110  (the half is about to arrive)
            await asyncio.sleep(0.001)
        api_server.ending.ask()
        await _until_refused(session, url)
        gone.set()
        answer = await asking
        assert (answer.status, b'"allowed":true' in await answer.read()) == (200, True)


async def test_told_twice_it_ends_at_once(tmp_path: Path) -> None:
    certify(tmp_path)
    async with serving(settings(tmp_path, grace=timedelta(hours=1))) as api_server:
        api_server.ending.ask()
        while (await api_server.health("/readyz"))[0] == 200:  # noqa: ASYNC110  (it is about to hear)
            await asyncio.sleep(0.001)
        assert "about to end" in (await api_server.health("/readyz"))[1]
        assert (await api_server.health("/healthz"))[0] == 200


async def _until_refused(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        try:
            async with session.get(url, ssl=False):
                pass
        except aiohttp.ClientConnectorError:
            return


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({"injection": InjectionFlags()}, True, id="injection"),
        pytest.param({"advice": True}, False, id="advice"),
    ],
)
async def test_who_injects_is_ready_with_the_accounts_alone(
    tmp_path: Path, changes: dict[str, Any], missing: bool
) -> None:
    certify(tmp_path)
    refused = Fault(plural="serviceaccounts", status=403, reason="Forbidden", message="no")
    with capture_logs():
        async with FakeKubeApi(KubeWorld()) as api, Client(api.config(), jitter=lambda: 0.0) as client:
            api.faults.extend([refused] * 20)
            async with serving(settings(tmp_path, **changes), client) as api_server:
                told = (await api_server.health("/readyz"))[1]
    assert ("serviceaccounts" in told) is missing


async def test_while_the_cluster_does_not_answer_it_is_alive_and_not_ready_and_can_be_ended(tmp_path: Path) -> None:
    asked, answers = asyncio.Event(), asyncio.Event()

    async def hang(_: web.BaseRequest) -> web.StreamResponse:
        asked.set()
        await answers.wait()
        return web.Response(status=500)

    certify(tmp_path)
    silent = Listening(hang)
    await silent.open("127.0.0.1:0", "--address")
    cluster = ClusterConfig(server=f"http://127.0.0.1:{silent.port}", origin="here")
    async with patient(), Client(cluster) as client, aiohttp.ClientSession() as session:
        made = settings(tmp_path, injection=InjectionFlags())
        webhook, ending = run.Webhook(made, client, {"AZURE_TENANT_ID": TENANT}), Ending()
        task = asyncio.create_task(webhook.work(ending))
        await asked.wait()
        url = f"http://127.0.0.1:{webhook.health_port}"
        async with session.get(f"{url}/healthz") as alive, session.get(f"{url}/readyz") as ready:
            assert alive.status == 200
            assert "does not listen yet" in await ready.text()
        ending.ask()
        await task
    answers.set()
    await silent.close()
