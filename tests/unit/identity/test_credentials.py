"""The pool over every kind of identity: one request for a crowd, one failure for a while, and nothing that crosses."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from azure.core.credentials import TokenRequestOptions

from keyferry.identity.credential import Credential
from keyferry.identity.credentials import Credentials
from keyferry.identity.federation import FederatedCredential
from keyferry.identity.tally import Outcome, RequestKind
from keyferry.identity.token_proxy import TokenProxy
from keyferry.model.errors import GrantError, KeyferryError, Where
from keyferry.model.identity import (
    BoundIdentity,
    ClientId,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
)
from keyferry.model.secrets import SecretValue
from tests.fakes import client_certificates as made
from tests.fakes.azure_http import LOGIN_HOST, Fault
from tests.fakes.imds import FakeImds
from tests.fakes.nmi import FakeNmi
from tests.fakes.token_proxy import FakeTokenProxy
from tests.fakes.token_source import ISSUER, unsigned_jwt
from tests.fakes.vault_world import CLIENT, TENANT, World

SCOPE = "https://vault.azure.net/.default"
CAE: TokenRequestOptions = {"enable_cae": True}
CLAIMS: TokenRequestOptions = {"enable_cae": True, "claims": '{"access_token":{"nbf":{"essential":true}}}'}
AUTHORITY = f"https://{LOGIN_HOST}"
SUBJECT = "system:serviceaccount:keyferry:operator"
BOUND = ServiceAccountRef(namespace="payments", name="bound")
KINDS = ("workload", "projected", "bound", "managed", "pod", "secret", "certificate")


@pytest.fixture
async def imds(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeImds]:
    async with FakeImds(world.clock, "", CLIENT) as served:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", served.url)
        yield served


@pytest.fixture
async def nmi(world: World) -> AsyncIterator[FakeNmi]:
    async with FakeNmi(world.clock, "payments/api-0") as served:
        yield served


@pytest.fixture
async def token_proxy(world: World, tmp_path: Path) -> AsyncIterator[FakeTokenProxy]:
    async with FakeTokenProxy(world.clock, (CLIENT, f"system:serviceaccount:{BOUND.namespace}:{BOUND.name}")) as served:
        proxy = TokenProxy(
            url=served.url, ca_file=served.trust(tmp_path / "ca.crt"), api_host="127.0.0.1", api_port=served.port
        )
        world.tokens.accounts.add(BOUND)
        world.credentials = Credentials(world.tokens, world.session, world.clock, proxy)
        yield served
        await world.credentials.aclose()


def principal(**credential: SecretValue) -> ServicePrincipal:
    return ServicePrincipal(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(CLIENT),
        authority_host=AUTHORITY,
        source=Where(kind="Secret", namespace="app", name="azure"),
        **credential,
    )


@pytest.fixture
def identities(
    world: World, imds: FakeImds, nmi: FakeNmi, token_proxy: FakeTokenProxy, tmp_path: Path
) -> dict[str, Identity]:
    """One identity of each kind, all of them good."""
    token = {"iss": ISSUER, "sub": SUBJECT, "aud": ["api://AzureADTokenExchange"], "exp": 4_000_000_000}
    (tmp_path / "token").write_text(unsigned_jwt(token))
    own = FederatedCredential(name="own", issuer=ISSUER, subject=SUBJECT, audiences=("api://AzureADTokenExchange",))
    world.azure.identities[TENANT][CLIENT].append(own)
    world.azure.client_secrets[CLIENT] = "right"
    world.azure.certificates[CLIENT] = made.thumbprint("own")
    return {
        "workload": world.identity(),
        "projected": ProjectedIdentity(
            tenant_id=TenantId(TENANT),
            client_id=ClientId(CLIENT),
            authority_host=AUTHORITY,
            token_file=str(tmp_path / "token"),
        ),
        "bound": BoundIdentity(
            tenant_id=TenantId(TENANT),
            client_id=ClientId(CLIENT),
            service_account=BOUND,
            authority_host=AUTHORITY,
        ),
        "managed": ManagedIdentity(client_id=ClientId(CLIENT)),
        "pod": PodIdentity(namespace="payments", pod="api-0", uid="u", endpoint=nmi.url),
        "secret": principal(secret=SecretValue(b"right")),
        "certificate": principal(certificate=SecretValue(made.p12("own"))),
    }


@pytest.fixture
def requests(world: World, imds: FakeImds, nmi: FakeNmi, token_proxy: FakeTokenProxy) -> Callable[[], int]:
    """How many tokens were asked for, of Entra, of the machine and of the node, and through the cluster's proxy."""

    def asked() -> int:
        of_entra = len(world.azure.token_requests) + world.azure.requests["fault"]
        return of_entra + len(imds.requests) + len(nmi.requests) + len(token_proxy.requests)

    return asked


@pytest.fixture
def faults(world: World, imds: FakeImds, nmi: FakeNmi, token_proxy: FakeTokenProxy) -> Mapping[str, deque[Fault]]:
    """Where each kind's next answers can be spoilt."""
    own = {"managed": imds.faults, "pod": nmi.faults, "bound": token_proxy.faults}
    return {kind: own.get(kind, world.azure.token_faults) for kind in KINDS}


async def token(credential: Credential, options: TokenRequestOptions = CAE) -> str:
    return (await credential.get_token_info(SCOPE, options=options)).token


@pytest.mark.parametrize("kind", KINDS)
async def test_fifty_callers_of_one_identity_are_one_request(
    world: World, identities: dict[str, Identity], requests: Callable[[], int], kind: str
) -> None:
    credential = world.credentials.of(identities[kind])

    tokens = await asyncio.gather(*(token(credential) for _ in range(50)))

    assert len(set(tokens)) == 1
    assert requests() == 1
    assert world.credentials.requests == {(RequestKind.TOKEN, Outcome.OK): 1}


async def test_fifty_identities_are_fifty_requests_and_fifty_tokens(world: World, requests: Callable[[], int]) -> None:
    crowd = [world.credentials.of(world.identity(f"api-{number}")) for number in range(50)]

    tokens = await asyncio.gather(*(token(credential) for credential in crowd for _ in range(5)))

    assert len(set(tokens)) == 50
    assert requests() == 50


@pytest.mark.parametrize("kind", KINDS)
async def test_a_claims_challenge_always_asks_anew(
    world: World, identities: dict[str, Identity], requests: Callable[[], int], kind: str
) -> None:
    credential = world.credentials.of(identities[kind])
    first = await token(credential)

    renewed = await token(credential, CLAIMS)

    assert renewed != first
    assert await token(credential) == renewed
    assert requests() == 2
    assert all("nbf" in sent["claims"] for sent in world.azure.token_requests[1:])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_failure_is_asked_once_for_a_while_and_heals(
    world: World,
    identities: dict[str, Identity],
    faults: Mapping[str, deque[Fault]],
    requests: Callable[[], int],
    kind: str,
) -> None:
    refusal = Fault(400, '{"error":"unauthorized_client","error_description":"no","error_codes":[700016]}')
    faults[kind].append(refusal)
    credential = world.credentials.of(identities[kind])

    refused = [*await crowd(credential), *await crowd(credential)]

    assert len({id(error) for error in refused}) == 1
    assert isinstance(refused[0], GrantError)
    assert requests() == 1
    world.clock.advance(timedelta(seconds=1.1))
    assert await token(credential)


async def crowd(credential: Credential) -> list[object]:
    return await asyncio.gather(*(token(credential) for _ in range(20)), return_exceptions=True)


async def test_nothing_crosses_identities_of_one_client(
    world: World, identities: dict[str, Identity], requests: Callable[[], int]
) -> None:
    others: list[Identity] = [
        principal(secret=SecretValue(b"wrong")),
        replace(principal(secret=SecretValue(b"right")), source=Where(kind="Secret", namespace="web", name="azure")),
        world.identity("web"),
    ]
    credentials = [world.credentials.of(identity) for identity in (*identities.values(), *others)]

    answers = await asyncio.gather(*(token(one) for one in credentials), return_exceptions=True)

    refused = [str(answer) for answer in answers if isinstance(answer, KeyferryError)]
    assert len(refused) == 1
    assert "7000215" in refused[0]
    assert len({answer for answer in answers if isinstance(answer, str)}) == len(answers) - 1
    assert requests() == len(answers)


async def test_a_changed_secret_is_another_identity_and_the_old_refusal_is_not_its_own(
    world: World, identities: dict[str, Identity]
) -> None:
    old = principal(secret=SecretValue(b"old"))
    with pytest.raises(GrantError):
        await token(world.credentials.of(old))

    assert await token(world.credentials.of(replace(old, secret=SecretValue(b"right"))))


async def test_refuses_a_vault_of_another_tenant_but_of_a_lent_identity_knows_none(
    world: World, identities: dict[str, Identity]
) -> None:
    elsewhere: TokenRequestOptions = {"enable_cae": True, "tenant_id": "bbbbbbbb-0000-0000-0000-000000000002"}
    for kind in ("workload", "projected", "bound", "secret"):
        with pytest.raises(GrantError, match="trusts tenant bbbbbbbb"):
            await token(world.credentials.of(identities[kind]), elsewhere)

    for kind in ("managed", "pod"):
        assert await token(world.credentials.of(identities[kind]), elsewhere)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_text_holds_a_token_or_a_credential(world: World, identities: dict[str, Identity], kind: str) -> None:
    credential = world.credentials.of(identities[kind])
    held = await token(credential)

    shown = f"{credential!r} {vars(credential)} {credential.identity!r} {credential.identity.who}"
    assert held not in shown
    assert "right" not in shown
    assert "PRIVATE" not in shown


async def test_the_pool_forgets_refusals_of_those_it_knows(world: World, identities: dict[str, Identity]) -> None:
    identity = world.identity("late", trusted=False, client="dddddddd-0000-0000-0000-000000000004")
    with pytest.raises(GrantError):
        await token(world.credentials.of(identity))
    world.identity("late", client="dddddddd-0000-0000-0000-000000000004")
    world.credentials.forget(identity)
    world.credentials.forget(identities["managed"])

    assert await token(world.credentials.of(identity))
