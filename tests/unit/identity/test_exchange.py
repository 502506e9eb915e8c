"""One exchange at fake Entra: what is sent, and that nothing is kept."""

import aiohttp
import pytest

from keyferry.identity.exchange import Entra
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.model.errors import AssertionRejected, SpecError, Unavailable
from keyferry.model.identity import WorkloadIdentity
from keyferry.model.secrets import SecretValue
from tests.fakes.vault_world import World

SCOPES = ("https://vault.azure.net/.default",)


def entra(session: aiohttp.ClientSession, tally: Tally | None = None) -> Entra:
    return Entra(SharedTransport(session, Proxies()), tally or Tally())


async def assertion(world: World, identity: WorkloadIdentity) -> SecretValue:
    return (await world.tokens.create_token(identity.service_account, identity.audiences)).token


async def test_each_call_is_an_exchange(world: World) -> None:
    identity, tally = world.identity(), Tally()
    exchanger = entra(world.session, tally)

    first = await exchanger.exchange(identity, await assertion(world, identity), SCOPES)
    second = await exchanger.exchange(identity, await assertion(world, identity), SCOPES, enable_cae=False)

    assert first.token != second.token
    assert "claims" not in world.azure.token_requests[1]
    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.OK): 2}


async def test_passes_a_claims_challenge_on(world: World) -> None:
    identity = world.identity()

    await entra(world.session).exchange(
        identity, await assertion(world, identity), SCOPES, claims='{"access_token":{"nbf":{"essential":true}}}'
    )

    assert "nbf" in world.azure.token_requests[0]["claims"]


async def test_explains_a_refusal(world: World) -> None:
    identity = world.identity(trusted=False)

    with pytest.raises(AssertionRejected, match="AADSTS70025"):
        await entra(world.session).exchange(identity, await assertion(world, identity), SCOPES)


async def test_an_authority_must_be_https(world: World) -> None:
    identity = world.identity()
    plain = WorkloadIdentity(
        tenant_id=identity.tenant_id,
        client_id=identity.client_id,
        service_account=identity.service_account,
        authority_host="http://login.example.com",
        audiences=identity.audiences,
    )

    with pytest.raises(SpecError, match="https"):
        await entra(world.session).exchange(plain, SecretValue(b"a.b.c"), SCOPES)


async def test_an_authority_that_nobody_leads_to_is_unavailable(world: World) -> None:
    identity = world.identity()
    elsewhere = WorkloadIdentity(
        tenant_id=identity.tenant_id,
        client_id=identity.client_id,
        service_account=identity.service_account,
        authority_host="https://login.example.com",
        audiences=identity.audiences,
    )

    with pytest.raises(Unavailable, match="the proxy refused the connection with status 403"):
        await entra(world.session).exchange(elsewhere, SecretValue(b"a.b.c"), SCOPES)
