import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from azure.core.credentials import AccessTokenInfo

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.kube.wire.resources import NAMESPACES, SECRETS
from keyferry.model.errors import GrantError, NotFound, Unavailable, Where
from keyferry.model.identity import Identity
from keyferry.spec.generators import acr as spec
from keyferry.spec.problems import Problems
from keyferry.sync.generators.logins import KEPT, Azure, Bearer, Means, RegistryLogins
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.registry import World

TENANT = "99999999-9999-4999-8999-999999999999"
CLIENT = "44444444-4444-4444-8444-444444444444"
OTHER = "55555555-5555-4555-8555-555555555555"
FEDERATED = {"workloadIdentity": {"serviceAccountRef": {"name": "puller"}}}
STORED = {
    "servicePrincipal": {
        "secretRef": {"clientId": {"name": "sp", "key": "id"}, "clientSecret": {"name": "sp", "key": "secret"}}
    }
}


@dataclass
class FakeEntra:
    """Gives each identity a token that says its client."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)  # kinds of tokens that are not to be had

    def of(self, identity: Identity) -> Bearer:
        return _Bearer(identity, self.asked, self.silent)


@dataclass
class _Bearer:
    identity: Identity
    asked: list[tuple[str, str]]
    silent: set[str]

    async def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        self.asked.append((self.identity.client_id, " ".join(scopes)))
        kind = "acr" if "containerregistry" in scopes[0] else "entra"
        if kind in self.silent:
            raise Unavailable(what=f"no token for {kind}")
        return AccessTokenInfo(f"{kind}:{self.identity.client_id}", 0)


@dataclass
class Stage:
    acr: World
    entra: FakeEntra
    cluster: KubeWorld
    accounts: Store[PartialObject]
    clock: OffsetClock
    logins: RegistryLogins

    def account(self, namespace: str, client: str) -> None:
        annotations = {"azure.workload.identity/client-id": client, "azure.workload.identity/tenant-id": TENANT}
        meta = ObjectMeta(name="puller", namespace=namespace, annotations=annotations)
        self.accounts.applied(Key(namespace=namespace, name="puller"), PartialObject(metadata=meta))

    async def login(self, namespace: str = "app", auth: Any = FEDERATED, **more: Any) -> Mapping[str, bytes]:
        wanted = spec.read({"registry": "example.azurecr.io", "auth": auth} | more, "spec", Problems())
        assert wanted is not None
        where = Where(kind="ACRAccessToken", namespace=namespace, name="x")
        return await self.logins.login(wanted, namespace, where)


@pytest_asyncio.fixture
async def stage(acr: World) -> AsyncIterator[Stage]:
    cluster, clock, entra = KubeWorld(), OffsetClock(), FakeEntra()
    for name in ("app", "web"):
        cluster.seed(NAMESPACES, {"metadata": {"name": name}})
    accounts: Store[PartialObject] = Store()
    async with FakeKubeApi(cluster) as api, Client(api.config()) as client:
        means = Means(accounts=accounts, stored=StoredSecrets(client, clock), own=OwnIdentity(usable_from=None))
        logins = RegistryLogins(means, Azure(entra=entra, session=acr.session), clock)
        opened = Stage(acr, entra, cluster, accounts, clock, logins)
        opened.account("app", CLIENT)
        acr.registry.roles |= {CLIENT}
        yield opened


async def test_a_login_without_a_scope_is_a_refresh_token(stage: Stage) -> None:
    login = await stage.login()
    assert login == {"username": b"00000000-0000-0000-0000-000000000000", "password": f"r:{CLIENT}".encode()}
    assert stage.entra.asked == [(CLIENT, "https://management.azure.com/.default")]
    assert stage.acr.registry.forms[0][1]["tenant"] == TENANT


async def test_a_scope_narrows_it(stage: Stage) -> None:
    login = await stage.login(scope="repository:app:pull")
    assert login["password"] == f"a:{CLIENT}:repository:app:pull".encode()


async def test_a_crowd_costs_one_login_and_later_ones_another(stage: Stage) -> None:
    logins = await asyncio.gather(*(stage.login() for _ in range(20)))
    await stage.login()
    assert (len({each["password"] for each in logins}), stage.acr.registry.asked("exchange")) == (1, 1)
    stage.clock.advance(KEPT)
    await stage.login()
    assert stage.acr.registry.asked("exchange") == 2
    stage.clock.advance(-KEPT)
    await stage.login()
    assert stage.acr.registry.asked("exchange") == 3


async def test_nothing_is_shared_between_identities(stage: Stage) -> None:
    stage.account("web", OTHER)
    await stage.login()
    with pytest.raises(GrantError):
        await stage.login("web")
    stage.acr.registry.roles.add(OTHER)
    assert (await stage.login("web"))["password"] == f"r:{OTHER}".encode()


async def test_who_shares_the_machines_identity_hears_of_its_own_generator_alone(stage: Stage) -> None:
    stage.acr.registry.roles.clear()
    lent = {"managedIdentity": {"identityId": CLIENT}}
    asked = (stage.login(name, auth=lent, tenantId=TENANT) for name in ("app", "web"))
    app, web = await asyncio.gather(*asked, return_exceptions=True)
    assert (isinstance(app, GrantError), isinstance(web, GrantError)) == (True, True)
    assert ("app/x" in str(app), "app/x" in str(web), "web/x" in str(web)) == (True, False, True)


async def test_the_same_client_in_another_namespace_is_another_identity(stage: Stage) -> None:
    stage.account("web", CLIENT)
    await stage.login()
    await stage.login("web")
    assert stage.acr.registry.asked("exchange") == 2


async def test_a_registry_that_takes_no_tokens_of_arm_gets_its_own(stage: Stage) -> None:
    stage.acr.registry.takes_arm_tokens = False
    assert (await stage.login())["password"] == f"r:{CLIENT}".encode()
    assert [scope for _, scope in stage.entra.asked] == [
        "https://management.azure.com/.default",
        "https://containerregistry.azure.net/.default",
    ]


@pytest.mark.parametrize(
    ("silent", "error"),
    [
        pytest.param("entra", Unavailable, id="entra-does-not-answer"),
        pytest.param("acr", GrantError, id="the-registrys-refusal-is-told"),
    ],
)
async def test_what_is_told_where_nothing_works(stage: Stage, silent: str, error: type[Exception]) -> None:
    stage.acr.registry.roles.clear()
    stage.entra.silent.add(silent)
    with pytest.raises(error):
        await stage.login()


async def test_scopes_are_kept_apart(stage: Stage) -> None:
    first, second = await stage.login(scope="repository:a:pull"), await stage.login(scope="repository:b:pull")
    assert first["password"] != second["password"]


async def test_a_stored_credential_is_read_where_it_is_asked_from(stage: Stage) -> None:
    data = {"id": base64.b64encode(CLIENT.encode()).decode(), "secret": base64.b64encode(b"hush").decode()}
    stage.cluster.seed(SECRETS, {"metadata": {"name": "sp", "namespace": "app"}, "data": data})
    assert (await stage.login(auth=STORED, tenantId=TENANT))["password"] == f"r:{CLIENT}".encode()
    with pytest.raises(NotFound, match="ACRAccessToken web/x reads its credential there"):
        await stage.login("web", auth=STORED, tenantId=TENANT)


async def test_an_account_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(NotFound, match="web/puller"):
        await stage.login("web")
