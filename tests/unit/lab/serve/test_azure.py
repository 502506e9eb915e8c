import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.seed.declaration import FederatedCredential
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.azure import AzureServer
from keyferry.lab.serve.issuers import Address, Entry, Issuers
from keyferry.lab.serve.keeping import NotKeptError
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Fault, Faults, Flaw, Kind, Rule, Service
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure

ENTRA, VAULT = "login.microsoftonline.com", "kv-one.vault.azure.net"
ENTRA_KEYS = f"/{lab_azure.TENANT}/discovery/v2.0/keys"


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server that runs, and a session that trusts it."""

    azure: Azure
    faults: Faults
    session: aiohttp.ClientSession
    port: int

    async def get(self, host: str, path: str) -> tuple[int, bytes]:
        """GET by the real host name, in TLS and in the Host header."""
        url = f"https://127.0.0.1:{self.port}{path}"
        async with self.session.get(url, headers={"Host": host}, server_hostname=host) as answer:
            return answer.status, await answer.read()

    async def headers(self, host: str) -> Mapping[str, str]:
        """The headers of an answer."""
        url = f"https://127.0.0.1:{self.port}/secrets"
        async with self.session.get(url, headers={"Host": host}, server_hostname=host) as answer:
            return answer.headers

    async def token(self, **fields: str) -> int:
        """Post a token request and return the status."""
        request = lab_azure.token_request(**fields)
        url = f"https://127.0.0.1:{self.port}{request.path}"
        headers = {"Host": request.host, "Content-Type": "application/x-www-form-urlencoded"}
        async with self.session.post(url, data=request.body, headers=headers, server_hostname=request.host) as answer:
            return answer.status


@asynccontextmanager
async def _served(kept: Callable[[Request], None] = lambda _request: None) -> AsyncIterator[Served]:
    published = lab_azure.issuer_answers()

    async def publish(request: Request) -> Response:
        return published[f"https://{request.host}{request.path}"]

    authority = Authority(datetime.now(UTC))  # noqa: TID251  (certificates are checked against the machine's clock)
    trust = ssl.create_default_context(cadata=authority.certificate_pem.decode())
    issuer = Listener(publish, lambda: lab_azure.NOW)
    await issuer.open(context=authority.server_context(lab_azure.ISSUER_HOST))
    azure, faults = lab_azure.azure(), Faults()
    issuers = Issuers([Entry(url=lab_azure.ISSUER, address=Address(host="127.0.0.1", port=issuer.port))])
    server = AzureServer(
        azure, now=lambda: lab_azure.NOW, faults=faults, issuers=issuers, issuer_trust=trust, kept=kept
    )
    await server.open(authority)
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust, force_close=True)) as session:
            yield Served(azure=azure, faults=faults, session=session, port=server.port)
    finally:
        await server.close()
        await issuer.close()


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        pytest.param(ENTRA, ENTRA_KEYS, 200, id="entra"),
        pytest.param("login.microsoft.com", ENTRA_KEYS, 200, id="another-name"),
        pytest.param("management.azure.com", "/", 401, id="arm"),
        pytest.param(VAULT, "/secrets", 401, id="vault"),
        pytest.param("rp-westeurope.eventgrid.azure.net", "/eventsubscriptions/x/validate", 400, id="event-grid"),
        pytest.param("kv-none.vault.azure.net", "/secrets", 404, id="no-such-vault"),
        pytest.param("localhost", "/", 404, id="nobody"),
    ],
)
async def test_answers_by_every_name(host: str, path: str, status: int) -> None:
    async with _served() as served:
        assert (await served.get(host, path))[0] == status


async def test_an_issuer_that_is_no_url_fails_the_token() -> None:
    issuer = "https://["
    async with _served() as served:
        reader = served.azure.directory.client(lab_azure.TENANT, lab_azure.READER, lab_azure.NOW)
        assert reader is not None
        reader.credentials["odd"] = FederatedCredential(
            name="odd", issuer=issuer, subject=lab_azure.READER_SUBJECT, audience=lab_azure.AUDIENCE
        )
        assert await served.token(client_assertion=lab_azure.assertion(iss=issuer)) == 400


async def test_a_token_costs_a_look_at_the_issuer() -> None:
    async with _served() as served:
        assert await served.token() == 200


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.STALL, Kind.STATUS, Kind.GARBAGE, Kind.CERTIFICATE])
async def test_an_issuer_that_fails_fails_the_token(kind: Kind) -> None:
    async with _served() as served:
        served.faults.put(Service.ISSUER, Rule(fault=Fault(kind=kind, status=500), remaining=1))
        assert [await served.token(), await served.token()] == [400, 200]


@pytest.mark.parametrize(("host", "service"), [(ENTRA, Service.ENTRA), (VAULT, Service.VAULT)])
async def test_an_injected_status_is_the_service_s_own(host: str, service: Service) -> None:
    async with _served() as served:
        served.faults.put(service, Rule(fault=Fault(kind=Kind.STATUS, status=503), remaining=1))
        assert (await served.get(host, ENTRA_KEYS))[0] == 503
        assert any(count.status == 503 for count in served.azure.counts())


async def test_an_outage_resets_the_connection() -> None:
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET)))
        with pytest.raises(aiohttp.ClientError):
            await served.get(VAULT, "/secrets")


async def test_a_stalled_body_never_comes() -> None:
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.STALL)))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await served.get(VAULT, "/secrets")


async def test_a_body_that_is_cut_is_no_whole_answer() -> None:
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.CUT)))
        with pytest.raises(aiohttp.ClientPayloadError):
            await served.get(VAULT, "/secrets")


async def test_garbage_has_the_status_of_what_was_done() -> None:
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=Fault(kind=Kind.GARBAGE)))
        assert await served.get(VAULT, "/secrets") == (401, damage.GARBAGE)


async def test_latency_is_waited_for() -> None:
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=Fault(latency=timedelta(milliseconds=60))))
        started = asyncio.get_running_loop().time()
        await served.get(VAULT, "/secrets")
        assert asyncio.get_running_loop().time() - started >= 0.06


async def test_a_service_whose_clock_is_wrong_says_so_in_its_date() -> None:
    async with _served() as served:
        right = await served.headers(VAULT)
        served.faults.put(Service.VAULT, Rule(fault=Fault(skew=timedelta(hours=-2))))
        wrong = await served.headers(VAULT)
    assert (right["Date"], wrong["Date"]) == ("Sun, 22 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT")


async def test_a_retry_after_may_be_a_date() -> None:
    fault = Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=7), retry_after_date=True)
    async with _served() as served:
        served.faults.put(Service.VAULT, Rule(fault=fault))
        assert (await served.headers(VAULT))["Retry-After"] == "Sun, 22 Nov 2026 12:00:07 GMT"


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        pytest.param(Flaw.EXPIRED, "certificate has expired", id="expired"),
        pytest.param(Flaw.NOT_YET_VALID, "not yet valid", id="not-yet-valid"),
        pytest.param(Flaw.WRONG_NAME, "not valid for", id="wrong-name"),
    ],
)
async def test_a_flawed_certificate_is_of_one_service_and_one_host(flaw: Flaw, words: str) -> None:
    async with _served() as served:
        rule = Rule(fault=Fault(kind=Kind.CERTIFICATE, flaw=flaw), host=VAULT)
        served.faults.put(Service.VAULT, rule)
        for _ in range(2):
            with pytest.raises(aiohttp.ClientConnectorCertificateError, match=words):
                await served.get(VAULT, "/secrets")
        assert (await served.get("kv-two.vault.azure.net", "/secrets"))[0] == 401
        assert (await served.get(ENTRA, ENTRA_KEYS))[0] == 200


async def test_nobody_is_told_of_what_could_not_be_kept() -> None:
    asked: list[str] = []

    def full(request: Request) -> None:
        asked.append(request.path)
        raise NotKeptError

    async with _served(full) as served:
        with pytest.raises(aiohttp.ClientError):
            await served.get(VAULT, "/secrets")
    assert set(asked) == {"/secrets"}
