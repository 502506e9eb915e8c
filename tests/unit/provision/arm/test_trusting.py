import pytest

from keyferry.model.errors import GrantError
from keyferry.model.secrets import ObjectKind
from keyferry.provision.arm import addresses, trusting
from keyferry.provision.arm.ensuring import Deed
from keyferry.provision.arm.wire import Dialogue, Request, Response
from keyferry.provision.grants import Grant, Role
from tests.fakes.arm_estates import Carrier, carrier, estate
from tests.fakes.estates import ISSUER, site

ESTATE = estate(site("a"))
(SITE,) = ESTATE.sites
VAULT = addresses.vault(ESTATE.azure, ESTATE.vaults[0])
IDENTITY = addresses.identity(ESTATE.azure, ESTATE.identities[0])
GRANT = Grant(
    site="a", identity="shops-a", vault="shops-kv", role=Role.SECRETS_USER, kind=ObjectKind.SECRET, object="db"
)


@pytest.fixture
def lab() -> Carrier:
    """The estate is there, but that nobody is trusted yet and no role is given."""
    ready = carrier()
    ready.provision(estate(site("a", secrets=()), vaults=ESTATE.vaults))
    return ready


def credentials() -> Dialogue[list[str]]:
    path = f"{IDENTITY}/federatedIdentityCredentials"
    answer = yield Request(method="GET", path=path, version=addresses.IDENTITIES_VERSION, about="credentials")
    return [each["name"] for each in answer.content["value"]]


def test_a_credential_by_another_name_is_enough(lab: Carrier) -> None:
    assert lab.carry(trusting.trust(ESTATE, SITE, ISSUER)).deed is Deed.NOTHING
    assert lab.carry(trusting.trust(ESTATE, SITE, "https://another/")).deed is Deed.CHANGED
    assert lab.carry(credentials()) == [addresses.credential_name("shops", SITE)]


def test_a_role_is_given_once(lab: Carrier) -> None:
    principal = lab.provision(ESTATE).outputs.identities["shops-a"].principal_id
    assert lab.carry(trusting.assign(ESTATE, GRANT, principal)).deed is Deed.NOTHING


def test_a_role_that_was_given_under_another_name_is_enough(lab: Carrier) -> None:
    principal = lab.provision(estate(site("a", secrets=()), vaults=ESTATE.vaults)).outputs.identities["shops-a"]
    path = addresses.assignment(f"{VAULT}{GRANT.scope}", GRANT.role, principal.principal_id)
    lab.answers["PUT", path] = Response(status=409, code="RoleAssignmentExists")
    assert lab.carry(trusting.assign(ESTATE, GRANT, principal.principal_id)).deed is Deed.NOTHING
    lab.answers["PUT", path] = Response(status=409, code="ScopeLocked")
    with pytest.raises(GrantError, match="was refused: HTTP 409 ScopeLocked"):
        lab.carry(trusting.assign(ESTATE, GRANT, principal.principal_id))
