"""From a mount's parameters to its files, with the identity that the parameters choose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyferry.model.errors import NotFound, RoleMissing, SecretAbsent, SpecError, Unavailable
from keyferry.model.identity import (
    ClientId,
    Identity,
    ManagedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretBundle, SecretRef, SecretValue, VaultUrl
from keyferry.mount.azure.cloud_files import CloudFiles
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.provider import AzureProvider, ProviderRules
from keyferry.mount.azure.render import Forms
from keyferry.mount.copies.sealing import Kept
from keyferry.mount.state import Mount, ObjectVersion, PodRef, PodToken
from keyferry.vault.verified import Verified
from tests.fakes.mount_source import START, VAULT, WEST, MountSource, text

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
CLIENT = "bbbbbbbb-0000-0000-0000-000000000002"
MINUTE = timedelta(minutes=1)
TOKEN = PodToken(token=SecretValue(b"t.t.t"), expires=datetime(2026, 11, 22, 1, tzinfo=UTC))
OBJECTS = """
array:
  - |
    objectName: db
    objectType: secret
"""
PARAMETERS = {"keyvaultName": "kv-one", "tenantID": TENANT, "clientID": CLIENT, "objects": OBJECTS}


class Source(MountSource):
    """Notes who asks."""

    def __init__(self) -> None:
        super().__init__()
        self.identities: set[Identity] = set()
        self.vaults: set[VaultUrl] = set()

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        self.identities.add(identity)
        self.vaults.add(ref.vault_url)
        return await super().read(identity, ref, interval=interval, fresh=fresh)


@pytest.fixture
def source() -> Source:
    source = Source()
    source.put("db", b"v")
    return source


def provider(
    source: MountSource, last_good: "Remembering | None" = None, *, forms: Forms | None = None
) -> AzureProvider:
    copies = None if last_good is None else Copies(last_good, last_good)
    return AzureProvider(source, CloudFiles((Path("/nowhere"),)), ProviderRules(forms=forms or Forms()), copies)


class Remembering:
    """Copies for ever, by identity and object."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Identity, SecretRef], Kept] = {}

    def now(self) -> datetime:
        return START + timedelta(hours=1)

    async def keep(self, identity: Identity, ref: SecretRef, bundle: SecretBundle, at: datetime) -> None:
        self.kept[identity, ref] = Kept(bundle=bundle, at=at)

    async def find(self, identity: Identity, ref: SecretRef) -> Kept | None:
        return self.kept.get((identity, ref))

    async def drop(self, identity: Identity, ref: SecretRef) -> None:
        self.kept.pop((identity, ref), None)


def mount(**parameters: str) -> Mount:
    return Mount(
        provider="azure",
        class_name="kv",
        pod=PodRef(namespace="app", name="api-0", uid="u", service_account="api"),
        parameters={name: value for name, value in (PARAMETERS | parameters).items() if value},
        target_path="/target",
        tokens={"api://AzureADTokenExchange": TOKEN},
    )


async def test_a_mount_becomes_files(source: Source) -> None:
    version = source.put("db", b"hunter2")
    source.age = timedelta(seconds=2)

    delivery = await provider(source).deliver(mount(), interval=MINUTE)

    assert [(file.path, file.mode, text(file.content)) for file in delivery.payload.files] == [("db", 0o644, "hunter2")]
    assert delivery.payload.versions == (ObjectVersion(id="secret/db", version=version),)
    assert (delivery.vault_url, delivery.instead_of, delivery.stale_since) == (VAULT, None, None)
    assert delivery.verified_at == START - source.age
    identity = WorkloadIdentity(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(CLIENT),
        service_account=ServiceAccountRef(namespace="app", name="api"),
        authority_host="https://login.microsoftonline.com",
        audiences=("api://AzureADTokenExchange",),
    )
    assert source.identities == {identity}
    assert [(one.identity, str(one.ref)) for one in delivery.watched] == [(identity, f"{VAULT}/secrets/db")]
    assert "hunter2" not in repr(delivery)


@pytest.mark.parametrize("fresh", [False, True])
async def test_values_are_as_young_as_the_caller_wants(source: Source, fresh: bool) -> None:
    await provider(source).deliver(mount(), interval=MINUTE, fresh=fresh)
    assert source.freshness == {(MINUTE, fresh)}


@pytest.mark.parametrize(
    ("parameters", "suffix"),
    [
        pytest.param({}, "vault.azure.net", id="default"),
        pytest.param({"cloudName": "azureusgovernment"}, "vault.usgovcloudapi.net", id="usgov"),
        pytest.param({"cloudName": "AzureChinaCloud"}, "vault.azure.cn", id="china"),
        pytest.param({"cloudName": "AzureGermanCloud"}, "vault.microsoftazure.de", id="german"),
    ],
)
async def test_the_cloud_completes_the_vaults_address(source: Source, parameters: dict[str, str], suffix: str) -> None:
    url = VaultUrl(f"https://kv-one.{suffix}")
    source.put("db", vault_url=url)
    delivery = await provider(source).deliver(mount(**parameters), interval=MINUTE)
    assert delivery.vault_url == url
    assert source.vaults == {url}


async def test_other_ways_to_prove_who_asks(source: Source) -> None:
    stored = {"ClientID": SecretValue(CLIENT.encode()), "clientSECRET": SecretValue(b"s")}
    await provider(source).deliver(mount(clientID="", useVMManagedIdentity="true"), interval=MINUTE)
    await provider(source).deliver(replace(mount(clientID=""), secrets=stored), interval=MINUTE)
    assert {type(identity) for identity in source.identities} == {ManagedIdentity, ServicePrincipal}


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        pytest.param(replace(mount(), tokens={}), NotFound, "api://AzureADTokenExchange", id="no-token"),
        pytest.param(mount(clientID=""), SpecError, "nodePublishSecretRef", id="no-identity"),
        pytest.param(mount(keyvaultName="a_b"), SpecError, "keyvaultName", id="vault-name"),
        pytest.param(mount(objects=""), SpecError, "objects", id="no-objects"),
        pytest.param(mount(objects=OBJECTS.replace("db", "gone")), SecretAbsent, "objectName: gone", id="absent"),
    ],
)
async def test_what_is_wrong_is_told_before_or_by_the_vault(
    source: Source, asked: Mount, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        await provider(source).deliver(asked, interval=MINUTE)


async def test_older_spelling_of_the_tenant_counts_where_the_newer_is_missing(source: Source) -> None:
    await provider(source).deliver(mount(tenantId="contoso.example"), interval=MINUTE)
    await provider(source).deliver(mount(tenantID="", tenantId="contoso.example"), interval=MINUTE)
    assert {identity.tenant_id for identity in source.identities} == {TENANT, "contoso.example"}


@pytest.mark.parametrize("vault", ["kv-west", WEST])
async def test_a_fallback_vault_is_named_or_addressed(source: Source, vault: str) -> None:
    source.put("db", b"west", vault_url=WEST)
    source.fail()
    delivery = await provider(source).deliver(replace(mount(), fallback_vaults=(vault,)), interval=MINUTE)
    assert text(delivery.payload.files[0].content) == "west"
    assert delivery.vault_url == WEST
    assert delivery.instead_of is not None
    assert delivery.stale_since is None


async def test_without_copies_an_outage_is_an_error(source: Source) -> None:
    source.fail()
    with pytest.raises(Unavailable):
        await provider(source).deliver(replace(mount(), serve_stale=timedelta(hours=24)), interval=MINUTE)


async def test_the_flags_of_the_provider_lay_out_certificates(source: Source) -> None:
    source.put("db", b"pem", content_type="application/x-pem-file", certificate_backed=True)
    delivery = await provider(source, forms=Forms(separate_files=True)).deliver(mount(), interval=MINUTE)
    assert [file.path for file in delivery.payload.files] == ["db.crt", "db.key", "db"]


STALE = replace(mount(), serve_stale=timedelta(hours=2))


async def test_a_mount_that_asks_for_it_is_served_from_copies_during_an_outage(source: Source) -> None:
    azure = provider(source, Remembering())
    good = await azure.deliver(STALE, interval=MINUTE)
    source.fail()

    stale = await azure.deliver(STALE, interval=MINUTE)

    assert stale.payload == good.payload
    assert stale.watched == good.watched
    assert (stale.vault_url, stale.stale_since, stale.verified_at) == (VAULT, START, START)
    assert isinstance(stale.instead_of, Unavailable)


@pytest.mark.parametrize("limit", [None, timedelta(minutes=59)])
async def test_no_other_mount_is(source: Source, limit: timedelta | None) -> None:
    azure = provider(source, Remembering())
    await azure.deliver(STALE, interval=MINUTE)
    source.fail()
    with pytest.raises(Unavailable, match=r"kv-one.* is down"):
        await azure.deliver(replace(STALE, serve_stale=limit), interval=MINUTE)


async def test_no_copy_is_kept_for_who_does_not_ask(source: Source) -> None:
    copies = Remembering()
    await provider(source, copies).deliver(mount(), interval=MINUTE)
    assert copies.kept == {}


async def test_a_fallback_vault_goes_before_copies(source: Source) -> None:
    azure, asked = provider(source, Remembering()), replace(STALE, fallback_vaults=("kv-west",))
    source.put("db", b"west", vault_url=WEST)
    await azure.deliver(asked, interval=MINUTE)
    source.fail()
    delivery = await azure.deliver(asked, interval=MINUTE)
    assert (delivery.vault_url, delivery.stale_since) == (WEST, None)


async def test_a_refusal_ends_what_copies_may_serve(source: Source) -> None:
    azure = provider(source, Remembering())
    await azure.deliver(STALE, interval=MINUTE)
    source.refusals["kv-one db"] = RoleMissing(what="no more")
    with pytest.raises(RoleMissing):
        await azure.deliver(STALE, interval=MINUTE)
    source.fail()
    with pytest.raises(Unavailable):
        await azure.deliver(STALE, interval=MINUTE)


async def test_a_history_is_never_served_from_copies_and_says_so(source: Source) -> None:
    objects = OBJECTS + "    objectVersionHistory: 3\n"
    with pytest.raises(SpecError, match=r"keyferry\.io/serve-stale"):
        await provider(source, Remembering()).deliver(
            replace(STALE, parameters=PARAMETERS | {"objects": objects}), interval=MINUTE
        )
    delivery = await provider(source).deliver(mount(objects=objects), interval=MINUTE)
    assert [file.path for file in delivery.payload.files] == ["db/0"]
