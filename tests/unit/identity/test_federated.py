"""Trading assertions: of the cluster and of the file; a new one where a kept one is refused; trust on its way."""

from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.identity.assertions import KeptByKubelet, SignedByCluster
from keyferry.identity.exchange import Entra
from keyferry.identity.federated import Federated
from keyferry.identity.federation import FederatedCredential
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.propagation import ON_ITS_WAY, PATIENCE, SETTLED
from keyferry.identity.tally import Tally
from keyferry.model.errors import AssertionRejected
from keyferry.model.identity import ClientId, ProjectedIdentity, TenantId, WorkloadIdentity
from tests.fakes.azure_http import LOGIN_HOST
from tests.fakes.token_source import ISSUER, unsigned_jwt
from tests.fakes.vault_world import CLIENT, TENANT, World

SCOPES = ("https://vault.azure.net/.default",)
SUBJECT = "system:serviceaccount:keyferry:operator"


def of_cluster(world: World, identity: WorkloadIdentity) -> Federated:
    entra = Entra(SharedTransport(world.session, Proxies()), Tally())
    return Federated(identity, SignedByCluster(identity, world.tokens, world.clock), entra, world.clock)


def of_file(world: World, path: Path) -> Federated:
    identity = ProjectedIdentity(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(CLIENT),
        authority_host=f"https://{LOGIN_HOST}",
        token_file=str(path),
    )
    entra = Entra(SharedTransport(world.session, Proxies()), Tally())
    return Federated(identity, KeptByKubelet(identity), entra, world.clock)


def write_token(path: Path, world: World, audience: str = "api://AzureADTokenExchange") -> str:
    ends = world.clock.now() + timedelta(hours=1)
    token = unsigned_jwt({"iss": ISSUER, "sub": SUBJECT, "aud": [audience], "exp": int(ends.timestamp())})
    path.write_text(f"{token}\n")
    return token


async def test_trades_the_token_of_a_file_without_its_newline(world: World, tmp_path: Path) -> None:
    token = write_token(tmp_path / "token", world)
    trusted = FederatedCredential(name="own", issuer=ISSUER, subject=SUBJECT, audiences=("api://AzureADTokenExchange",))
    world.azure.identities[TENANT][CLIENT].append(trusted)

    info = await of_file(world, tmp_path / "token").obtain(SCOPES, claims=None, enable_cae=True)

    assert info.token
    assert world.azure.token_requests[0]["client_assertion"] == token


async def test_names_what_the_file_presented(world: World, tmp_path: Path) -> None:
    write_token(tmp_path / "token", world)

    with pytest.raises(AssertionRejected) as caught:
        await of_file(world, tmp_path / "token").obtain(SCOPES, claims=None, enable_cae=True)

    assert all(word in str(caught.value) for word in (ISSUER, SUBJECT, CLIENT, "AADSTS70025")), str(caught.value)


async def test_says_at_once_that_trust_may_be_on_its_way_and_for_how_long(world: World) -> None:
    grant = of_cluster(world, world.identity(trusted=False))

    async def remedy() -> str:
        with pytest.raises(AssertionRejected) as caught:
            await grant.obtain(SCOPES, claims=None, enable_cae=True)
        return caught.value.remedy

    assert ON_ITS_WAY in await remedy()
    world.clock.advance(PATIENCE + timedelta(seconds=1))
    assert SETTLED in await remedy()
    grant.forget()
    assert ON_ITS_WAY in await remedy()
    world.identity()
    assert (await grant.obtain(SCOPES, claims=None, enable_cae=True)).token
    await grant.close()


async def test_a_kept_assertion_that_has_ended_by_entras_clock_is_replaced_once(world: World) -> None:
    grant = of_cluster(world, world.identity())
    await grant.obtain(SCOPES, claims=None, enable_cae=True)
    world.azure.clock_ahead = world.tokens.lifetime
    world.tokens.lifetime *= 3

    await grant.obtain(SCOPES, claims=None, enable_cae=True)

    assert (world.tokens.requests, world.azure.requests["token"]) == (2, 3)


async def test_a_new_assertion_that_entras_clock_refuses_is_not_tried_again(world: World) -> None:
    world.azure.clock_ahead = world.tokens.lifetime
    with pytest.raises(AssertionRejected) as caught:
        await of_cluster(world, world.identity()).obtain(SCOPES, claims=None, enable_cae=True)
    assert caught.value.code == 700024
    assert (world.tokens.requests, world.azure.requests["token"]) == (1, 1)
