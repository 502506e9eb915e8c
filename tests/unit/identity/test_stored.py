"""Client secrets and certificates: one request, and what is wrong with them said without showing them."""

import pytest

from keyferry.identity.exchange import Entra
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.stored import Stored
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.model.errors import AssertionRejected, SpecError, Where
from keyferry.model.identity import ClientId, ServicePrincipal, TenantId
from keyferry.model.secrets import SecretValue
from tests.fakes import client_certificates as made
from tests.fakes.azure_http import LOGIN_HOST, Fault
from tests.fakes.vault_world import CLIENT, TENANT, World

SCOPES = ("https://vault.azure.net/.default",)
SECRET = "hunter2~with.some-length"


def principal(secret: bytes | None = None, certificate: bytes | None = None) -> ServicePrincipal:
    return ServicePrincipal(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(CLIENT),
        authority_host=f"https://{LOGIN_HOST}",
        source=Where(kind="Secret", namespace="app", name="azure"),
        secret=SecretValue(secret) if secret is not None else None,
        certificate=SecretValue(certificate) if certificate is not None else None,
    )


def grant(world: World, who: ServicePrincipal, tally: Tally | None = None) -> Stored:
    return Stored(who, Entra(SharedTransport(world.session, Proxies()), tally or Tally()))


async def test_a_secret_is_sent_as_it_is_in_one_request(world: World) -> None:
    world.azure.client_secrets[CLIENT] = SECRET
    tally = Tally()
    stored = grant(world, principal(SECRET.encode()), tally)

    info = await stored.obtain(SCOPES, claims='{"access_token":{"nbf":{"essential":true}}}', enable_cae=True)
    stored.forget()
    await stored.close()

    assert info.token
    (sent,) = world.azure.token_requests
    assert (sent["client_secret"], sent["client_id"], sent["scope"]) == (SECRET, CLIENT, SCOPES[0])
    assert "nbf" in sent["claims"]
    assert "CP1" in sent["claims"]
    assert tally.snapshot() == {(RequestKind.TOKEN, Outcome.OK): 1}


@pytest.mark.parametrize(
    "certificate",
    [
        pytest.param(made.pem("authority") + made.pem("own") + made.key_pem("own"), id="pem-chain-in-any-order"),
        pytest.param(made.p12("own", "authority"), id="pkcs12"),
    ],
)
async def test_a_certificate_signs_a_proof_that_names_it(world: World, certificate: bytes) -> None:
    world.azure.certificates[CLIENT] = made.thumbprint("own")
    stored = grant(world, principal(certificate=certificate))

    assert (await stored.obtain(SCOPES, claims=None, enable_cae=True)).token
    assert (await stored.obtain(SCOPES, claims=None, enable_cae=False)).token

    assert [set(sent) & {"client_secret", "client_assertion"} for sent in world.azure.token_requests] == [
        {"client_assertion"},
        {"client_assertion"},
    ]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        pytest.param(b"wrong", 7000215, "is wrong", id="wrong"),
        pytest.param(SECRET.encode() + b"\n", 7000215, "newline that echo adds", id="newline"),
        pytest.param(CLIENT.encode(), 7000215, "form of a secret's ID", id="its-id"),
        pytest.param(SECRET.encode(), 7000222, "has ended", id="ended"),
    ],
)
async def test_a_refused_secret_is_explained(world: World, given: bytes, code: int, words: str) -> None:
    world.azure.client_secrets[CLIENT] = SECRET
    world.azure.ended_secrets.add(SECRET)

    with pytest.raises(AssertionRejected, match=words) as caught:
        await grant(world, principal(given)).obtain(SCOPES, claims=None, enable_cae=True)

    assert caught.value.code == code
    assert str(caught.value.where) == "Secret app/azure"
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_refused_certificate_is_named_by_its_thumbprint_and_end(world: World) -> None:
    world.azure.certificates[CLIENT] = made.thumbprint("another")

    with pytest.raises(AssertionRejected, match=r"thumbprint is [0-9A-F]{40}, it ends at 2027-05-04") as caught:
        await grant(world, principal(certificate=made.p12("own"))).obtain(SCOPES, claims=None, enable_cae=True)

    assert caught.value.code == 700027


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(principal(b"\xff\xfe"), "not UTF-8", id="no-text"),
        pytest.param(principal(b" \n"), "is empty", id="blank"),
        pytest.param(principal(), "is empty", id="neither"),
        pytest.param(principal(certificate=made.pem("own")), "no private key", id="no-key"),
    ],
)
async def test_what_cannot_be_a_credential_is_not_sent(world: World, given: ServicePrincipal, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        await grant(world, given).obtain(SCOPES, claims=None, enable_cae=True)

    assert str(caught.value.where) == "Secret app/azure"
    assert world.azure.token_requests == []


async def test_a_secret_that_comes_back_in_an_answer_is_not_told(world: World) -> None:
    told = f'{{"error":"invalid_client","error_description":"AADSTS999: you sent {SECRET}","error_codes":[999]}}'
    world.azure.token_faults.append(Fault(401, told))

    with pytest.raises(AssertionRejected, match="you sent •••"):
        await grant(world, principal(SECRET.encode())).obtain(SCOPES, claims=None, enable_cae=True)
