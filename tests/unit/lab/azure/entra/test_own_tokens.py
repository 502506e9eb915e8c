import pytest

from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.directory import Client
from keyferry.lab.azure.entra import assertion, own_tokens
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import entra_clients, lab_azure
from tests.fakes.lab_azure import NOW, OTHER_TENANT, TENANT, rsa_key

WORLD = lab_azure.azure(applications=[entra_clients.application()])
DIRECTORY = WORLD.directory
(APPLICATION,) = DIRECTORY.applications
READER = DIRECTORY.identities[0]
STRANGER = next(each for each in DIRECTORY.identities if each.client_id == lab_azure.STRANGER)
OWN = PUBLIC.issuer_v2(TENANT)


def _check(client: Client, issuer: str, subject: str) -> None:
    tenant = DIRECTORY.tenant_by_id(TENANT)
    assert tenant is not None
    own_tokens.check(assertion.read(lab_azure.assertion(iss=issuer, sub=subject)), client, tenant, DIRECTORY)


@pytest.mark.parametrize(
    ("issuer", "own"),
    [
        pytest.param(OWN, True, id="v2"),
        pytest.param(PUBLIC.issuer(TENANT), True, id="v1"),
        pytest.param(lab_azure.ISSUER, False, id="a-cluster"),
    ],
)
def test_knows_the_tokens_of_entra(issuer: str, own: bool) -> None:
    assert own_tokens.is_own(assertion.read(lab_azure.assertion(iss=issuer))) is own


def test_a_managed_identity_may_speak_for_an_application() -> None:
    _check(APPLICATION, OWN, READER.principal_id)


@pytest.mark.parametrize(
    ("client", "issuer", "subject", "code"),
    [
        pytest.param(READER, OWN, READER.principal_id, 700222, id="for-a-managed-identity"),
        pytest.param(APPLICATION, PUBLIC.issuer(TENANT), READER.principal_id, 700222, id="older-format"),
        pytest.param(APPLICATION, PUBLIC.issuer_v2(OTHER_TENANT), READER.principal_id, 700236, id="another-tenant"),
        pytest.param(APPLICATION, OWN, APPLICATION.principal_id, 700226, id="of-an-application"),
        pytest.param(APPLICATION, OWN, STRANGER.principal_id, 700226, id="identity-of-another-tenant"),
    ],
)
def test_refuses(client: Client, issuer: str, subject: str, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        _check(client, issuer, subject)
    assert refusal.value.code == code


def test_the_key_must_be_one_that_is_published() -> None:
    keys = WORLD.tokens.keys
    kid = keys.keys[0].kid
    presented = assertion.read(lab_azure.assertion(header={"kid": kid}))
    assert own_tokens.key_of(presented, keys, NOW).thumbprint() == rsa_key().thumbprint()
    with pytest.raises(RefusedError, match="AADSTS700027"):
        own_tokens.key_of(assertion.read(lab_azure.assertion()), keys, NOW)
