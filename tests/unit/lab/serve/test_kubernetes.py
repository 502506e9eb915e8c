import json
import ssl
from collections.abc import AsyncIterator

import aiohttp
import pytest
import yaml

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer, kubeconfig
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient

ISSUER = "https://issuer.example/tenant/1/"
SECRETS = "/api/v1/namespaces/default/secrets"


@pytest.fixture
async def server() -> AsyncIterator[KubernetesServer]:
    clock = OffsetClock()
    server = KubernetesServer(ISSUER, Authority(clock.now()), clock.now)
    await server.open()
    try:
        yield server
    finally:
        await server.close()


@pytest.fixture
async def client(server: KubernetesServer) -> AsyncIterator[aiohttp.ClientSession]:
    document = yaml.safe_load(server.kubeconfig())
    assert document["clusters"][0]["cluster"]["server"] == server.url
    context = ssl.create_default_context(cadata=server.authority.certificate_pem.decode())
    headers = {"Authorization": f"Bearer {document['users'][0]['user']['token']}"}
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(server.url, headers=headers, connector=connector) as session:
        yield session


async def test_answers_over_https(client: aiohttp.ClientSession) -> None:
    async with client.get("/version") as answer:
        assert (await answer.json())["gitVersion"] == "v1.34.0"


async def test_controllers_run_after_each_request(client: aiohttp.ClientSession) -> None:
    async with client.post("/api/v1/namespaces", json={"metadata": {"name": "n"}}) as answer:
        assert answer.status == 201
    async with client.get("/api/v1/namespaces/n/serviceaccounts/default") as answer:
        assert answer.status == 200


async def test_streams_a_watch(client: aiohttp.ClientSession) -> None:
    async with client.get(f"{SECRETS}?watch=1&timeoutSeconds=20") as stream:
        async with client.post(SECRETS, json={"metadata": {"name": "a"}}) as answer:
            assert answer.status == 201
        async with patient():
            event = json.loads(await stream.content.readline())
        assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "a")


async def test_its_certificate_is_good_for_the_issuers_host(
    server: KubernetesServer, client: aiohttp.ClientSession
) -> None:
    path = "/tenant/1/.well-known/openid-configuration"
    headers = {"Host": "issuer.example", "Authorization": ""}
    async with client.get(path, headers=headers, server_hostname="issuer.example") as answer:
        assert (await answer.json(content_type=None))["issuer"] == ISSUER
    assert server.port > 0


def test_a_kubeconfig_names_everything_once() -> None:
    document = yaml.safe_load(kubeconfig("https://127.0.0.1:1", b"pem", "t"))
    assert document["current-context"] == document["contexts"][0]["name"]
    assert document["clusters"][0]["cluster"]["certificate-authority-data"] == "cGVt"


async def test_a_node_has_a_token_of_its_own(server: KubernetesServer, client: aiohttp.ClientSession) -> None:
    tokens = [server.node_token("node-1"), server.node_token("node-1")]
    assert tokens[0] != tokens[1]
    for token in tokens:
        async with client.get("/api/v1/pods", headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 200
