"""Tokens that the machine lends: by client id, by resource id, its own; and what is said where it lends none."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from keyferry.identity import lent
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.lent import Lent
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.model.errors import GrantError, KeyferryError, Throttled, Unavailable
from keyferry.model.identity import ClientId, ManagedIdentity
from tests.fakes.azure_http import Fault
from tests.fakes.imds import FakeImds
from tests.fakes.offset_clock import OffsetClock

SCOPES = ("https://vault.azure.net/.default",)
CLIENT = "22222222-2222-2222-2222-222222222222"
RESOURCE = "/subscriptions/s/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv"
BUSY = Fault(429, '{"error":"too_many"}', (("Retry-After", "30"),))


@pytest.fixture
async def imds(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeImds]:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    async with FakeImds(OffsetClock(), "", CLIENT, RESOURCE) as made:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", made.url)
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def of(session: aiohttp.ClientSession, client: str = CLIENT, resource: str = "", tally: Tally | None = None) -> Lent:
    identity = ManagedIdentity(client_id=ClientId(client), resource_id=resource)
    return Lent(identity, lent.direct(session), tally or Tally())


@pytest.mark.parametrize(
    ("client", "resource", "name"),
    [
        pytest.param(CLIENT, "", {"client_id": CLIENT}, id="by-client-id"),
        pytest.param("", RESOURCE, {"msi_res_id": RESOURCE}, id="by-resource-id"),
        pytest.param("", "", {}, id="the-machines-own"),
    ],
)
async def test_asks_for_the_identity_by_name_and_never_through_a_proxy(
    imds: FakeImds, session: aiohttp.ClientSession, client: str, resource: str, name: dict[str, str]
) -> None:
    tally = Tally()
    grant = of(session, client, resource, tally)

    info = await grant.obtain(SCOPES, claims='{"access_token":{}}', enable_cae=True)
    grant.forget()
    await grant.close()

    assert info.token.startswith(f"lent-token-{client or resource}-")
    assert imds.requests == [{"api-version": "2018-02-01", "resource": "https://vault.azure.net"} | name]
    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.OK): 1}


async def test_is_not_led_astray_by_the_pods_own_federated_token(
    imds: FakeImds, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"):
        monkeypatch.setenv(name, "elsewhere")

    assert (await of(session).obtain(SCOPES, claims=None, enable_cae=True)).token.startswith("lent-token-")


async def test_an_identity_that_is_not_assigned_is_a_grant_to_make(
    imds: FakeImds, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(GrantError, match="invalid_request: Identity not found") as caught:
        await of(session, "33333333-3333-3333-3333-333333333333").obtain(SCOPES, claims=None, enable_cae=True)

    assert "identityId" in caught.value.remedy
    assert "33333333" in caught.value.what
    assert len(imds.requests) == 1
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("faults", "kind", "words"),
    [
        pytest.param([BUSY], Throttled, "fewer requests", id="busy-for-long"),
        pytest.param(
            [Fault(429, "{}", (("Retry-After", "soon"),))], Throttled, "fewer requests", id="busy-without-a-time"
        ),
        pytest.param([Fault(410, "gone")], Unavailable, "being updated.*70 seconds", id="updating"),
        pytest.param([Fault(404, "", (), "text/html")], Unavailable, "being updated", id="not-there-yet"),
        pytest.param([Fault(501, "{}")], Unavailable, "HTTP 501", id="out-of-order"),
        pytest.param([Fault(403, "blocked", (), "text/html")], Unavailable, "HTTP 403", id="another-server"),
        pytest.param([Fault(200, "{}")], Unavailable, "HTTP 200", id="no-token"),
        pytest.param([Fault(200, "<p>", (), "text/html")], Unavailable, "HTTP 200", id="a-page"),
        pytest.param([Fault(200, '{"access_token":"t","expires_in":"1"}')], Unavailable, "HTTP 200", id="no-resource"),
    ],
)
async def test_says_what_is_wrong_with_the_endpoint(
    imds: FakeImds,
    session: aiohttp.ClientSession,
    faults: list[Fault],
    kind: type[KeyferryError],
    words: str,
) -> None:
    imds.faults.extend(faults)

    with pytest.raises(kind, match=words):
        await of(session).obtain(SCOPES, claims=None, enable_cae=True)

    assert not imds.faults


async def test_takes_the_wait_that_the_endpoint_asks_for(imds: FakeImds, session: aiohttp.ClientSession) -> None:
    imds.faults.append(BUSY)
    with pytest.raises(Throttled) as caught:
        await of(session).obtain(SCOPES, claims=None, enable_cae=True)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 30


async def test_a_stumble_is_outlived(imds: FakeImds, session: aiohttp.ClientSession) -> None:
    imds.faults.append(Fault(503, "{}"))

    assert (await of(session).obtain(SCOPES, claims=None, enable_cae=True)).token


async def test_a_machine_without_an_endpoint_is_said_at_the_first_try(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")
    tally = Tally()

    with pytest.raises(Unavailable, match=r"does not answer: no connection to 127\.0\.0\.1:1.*169\.254"):
        await of(session, tally=tally).obtain(SCOPES, claims=None, enable_cae=True)

    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.UNAVAILABLE): 1}


async def test_nobody_is_waited_for_as_long_as_somebody_who_answers(session: aiohttp.ClientSession) -> None:
    assert lent.direct(session).connection_config.timeout == lent.CONNECT_SECONDS < lent.ANSWER_SECONDS


async def test_an_endpoint_that_stays_silent_is_not_waited_for_twice(
    imds: FakeImds, session: aiohttp.ClientSession
) -> None:
    tally = Tally()
    silent = Lent(ManagedIdentity(client_id=ClientId(CLIENT)), SharedTransport(session, Proxies({}), 0.0), tally)

    with pytest.raises(Unavailable, match="no answer in time"):
        await silent.obtain(SCOPES, claims=None, enable_cae=True)

    assert sum(tally.snapshot().values()) == 1
