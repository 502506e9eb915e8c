"""Every kind of identity against the lab's Entra and metadata endpoint, as strict as the cloud's."""

import asyncio
from datetime import timedelta

import pytest
from azure.core.credentials import TokenRequestOptions

from keyferry.identity.federation import token_facts
from keyferry.identity.propagation import ON_ITS_WAY, SETTLED
from keyferry.lab.azure.seed.declaration import FederatedCredential
from keyferry.model.errors import AssertionRejected, GrantError
from keyferry.model.identity import ClientId, ManagedIdentity, ServicePrincipal
from tests.contract.identity.conftest import ENDED, SECRET, Subject, principal
from tests.fakes import entra_clients, lab_azure, vault_subjects
from tests.fakes.lab_azure import VAULT_SCOPE

CAE: TokenRequestOptions = {"enable_cae": True}
KINDS = ("workload", "projected", "managed", "secret", "pem", "pkcs12")


@pytest.mark.parametrize("kind", KINDS)
async def test_fifty_callers_get_one_token_by_one_request(subject: Subject, kind: str) -> None:
    credential = subject.credentials.of(subject.identity(kind))

    infos = await asyncio.gather(*(credential.get_token_info(VAULT_SCOPE, options=CAE) for _ in range(50)))

    (token,) = {info.token for info in infos}
    assert token_facts(token).audiences == ("https://vault.azure.net",)
    expected = [] if kind == "managed" else [("Token", 200, 1)]  # no discovery, and IMDS is no part of Entra
    assert subject.counts() == expected
    assert sum(subject.credentials.requests.values()) == 1


async def test_kinds_of_one_client_share_no_token(subject: Subject) -> None:
    infos = [
        await subject.credentials.of(subject.identity(kind)).get_token_info(VAULT_SCOPE, options=CAE) for kind in KINDS
    ]
    assert len({info.token for info in infos}) == len(KINDS)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        pytest.param(principal(secret=b"bad"), 7000215, "is wrong", id="wrong-secret"),
        pytest.param(principal(secret=f"{SECRET}\n".encode()), 7000215, "newline", id="secret-with-newline"),
        pytest.param(principal(secret=ENDED.encode()), 7000222, "has ended", id="ended-secret"),
        pytest.param(
            principal(certificate=entra_clients.client_key("other").pfx), 700027, "thumbprint", id="unknown-certificate"
        ),
        pytest.param(
            principal(secret=SECRET.encode(), client=lab_azure.LONER),
            7000232,
            "is a managed identity",
            id="managed-identity",
        ),
        pytest.param(
            principal(secret=SECRET.encode(), client="00000000-0000-4000-8000-000000000000"),
            700016,
            "the client id in Secret apps/azure",
            id="unknown-client",
        ),
    ],
)
async def test_a_stored_credential_that_is_refused_is_explained(
    subject: Subject, given: ServicePrincipal, code: int, words: str
) -> None:
    with pytest.raises(AssertionRejected, match=words) as caught:
        await subject.credentials.of(given).get_token_info(VAULT_SCOPE, options=CAE)

    assert caught.value.code == code
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(lab_azure.LONER, id="not-assigned"),
        pytest.param("", id="two-to-choose-from"),
    ],
)
async def test_an_identity_that_the_machine_does_not_lend_is_a_grant_to_make(subject: Subject, client: str) -> None:
    with pytest.raises(GrantError, match="does not lend"):
        await subject.credentials.of(ManagedIdentity(client_id=ClientId(client))).get_token_info(VAULT_SCOPE)


async def test_a_resource_id_names_an_identity_too(subject: Subject) -> None:
    reader = next(one for one in subject.world.azure.directory.identities if one.client_id == lab_azure.READER)
    named = ManagedIdentity(client_id=ClientId(""), resource_id=reader.resource_id.lower())

    assert (await subject.credentials.of(named).get_token_info(VAULT_SCOPE)).token


async def test_a_new_federated_credential_is_waited_for_and_then_serves(subject: Subject) -> None:
    directory = subject.world.azure.directory
    directory.delays.federated_credential_seconds = 90
    loner = next(one for one in directory.identities if one.client_id == lab_azure.LONER)
    identity = vault_subjects._lab_identity(lab_azure.LONER)
    trust = FederatedCredential(
        name="new", issuer=lab_azure.ISSUER, subject=identity.subject, audience=lab_azure.AUDIENCE
    )
    directory.put_credential(loner, trust, subject.world.now())
    credential = subject.credentials.of(identity)

    for _ in range(4):
        with pytest.raises(AssertionRejected, match=ON_ITS_WAY):
            await credential.get_token_info(VAULT_SCOPE, options=CAE)
        subject.advance(timedelta(seconds=20))
    subject.advance(timedelta(seconds=15))

    assert (await credential.get_token_info(VAULT_SCOPE, options=CAE)).token


async def test_a_federated_credential_that_never_comes_is_told_as_final(subject: Subject) -> None:
    credential = subject.credentials.of(vault_subjects._lab_identity(lab_azure.LONER))
    for _ in range(7):
        with pytest.raises(AssertionRejected, match="70025"):
            await credential.get_token_info(VAULT_SCOPE, options=CAE)
        subject.advance(timedelta(seconds=20))

    with pytest.raises(AssertionRejected, match=SETTLED):
        await credential.get_token_info(VAULT_SCOPE, options=CAE)
