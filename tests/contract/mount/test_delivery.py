"""What deliveries cost the vault: the provider with the real reader, on the fake Azure."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.model.errors import Unavailable
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretName, SecretRef, SecretValue
from keyferry.mount.azure.cloud_files import CloudFiles
from keyferry.mount.azure.provider import AzureProvider, ProviderRules
from keyferry.mount.state import Delivery, Mount, PodRef, PodToken, Watched
from keyferry.vault.reader import Reader
from tests.fakes.vault_world import CLIENT, TENANT, VAULT, VAULT_HOST, World, vault_world

NAMES = tuple(f"secret-{number}" for number in range(5))
MINUTE = timedelta(minutes=1)
TOKEN = PodToken(token=SecretValue(b"t.t.t"), expires=datetime(2100, 1, 1, tzinfo=UTC))


class Stage:
    """A vault with five secrets, and a node that mounts them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reader = Reader(world.credentials, world.session, world.clock)
        self.provider = AzureProvider(self.reader, CloudFiles(()), ProviderRules())
        self.seconds_ago = 100
        self.changed: asyncio.Queue[Watched] = asyncio.Queue()
        self.reader.on_change(self._note)
        world.identity()
        world.grant()
        for name in NAMES:
            self.put(name, "first")

    def put(self, name: str, value: str) -> None:
        """Make a version, some seconds after the one before and some seconds ago: the second of its stamp is over."""
        self.seconds_ago -= 5
        made = int(self.world.clock.now().timestamp()) - self.seconds_ago
        self.world.azure.put(VAULT_HOST, name, value, created=made, updated=made)

    async def deliver(self, pod: str = "api-0", extra: str = "", *, fresh: bool = False) -> Delivery:
        objects = "array:\n" + "".join(
            f"  - |\n    objectName: {name}\n    objectType: secret\n{extra}" for name in NAMES
        )
        mount = Mount(
            provider="azure",
            class_name="kv",
            pod=PodRef(namespace="payments", name=pod, uid=pod, service_account="api"),
            parameters={"keyvaultName": "kv-prod", "tenantID": TENANT, "clientID": CLIENT, "objects": objects},
            target_path="/target",
            tokens={"api://AzureADTokenExchange": TOKEN},
        )
        return await self.provider.deliver(mount, interval=MINUTE, fresh=fresh)

    def asked(self) -> dict[str, int]:
        """What the vault and Entra were asked since the last call."""
        counted = dict(self.world.azure.requests)
        self.world.azure.requests.clear()
        return counted

    def _note(self, identity: Identity, ref: SecretRef) -> None:
        self.changed.put_nowait(Watched(identity=identity, ref=ref))


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    async with vault_world(tmp_path, monkeypatch) as world:
        made = Stage(world)
        yield made
        await made.reader.aclose()


async def test_a_crowd_of_pods_costs_one_token_and_each_secret_once(stage: Stage) -> None:
    deliveries = await asyncio.gather(*(stage.deliver(f"api-{number}") for number in range(110)))

    assert stage.asked() == {"challenge": 1, "token": 1, "get": 5}
    assert len({delivery.payload for delivery in deliveries}) == 1
    assert [file.path for file in deliveries[0].payload.files] == list(NAMES)


async def test_what_did_not_change_is_not_read_again(stage: Stage) -> None:
    first = await stage.deliver()
    stage.asked()
    assert (await stage.deliver()).payload == first.payload
    assert stage.asked() == {}
    assert (await stage.deliver(fresh=True)).payload == first.payload
    assert "get" not in stage.asked()


async def test_a_change_is_told_by_the_name_under_which_the_volume_watches_and_read_once(stage: Stage) -> None:
    first = await stage.deliver()
    stage.put("secret-3", "second")
    stage.asked()
    await stage.deliver("other", fresh=True)
    changed = await stage.changed.get()
    assert changed in first.watched

    again = await asyncio.gather(*(stage.deliver(f"api-{number}") for number in range(20)))

    assert stage.asked() == {"list": 1, "get": 1}
    assert {delivery.payload.files[3].content for delivery in again} == {SecretValue(b"second")}


async def test_histories_are_listed_once_and_followed(stage: Stage) -> None:
    stage.put("secret-0", "second")
    history = "    objectVersionHistory: 3\n"
    both = await asyncio.gather(stage.deliver("a", history), stage.deliver("b", history))
    assert both[0].payload == both[1].payload
    assert [file.path for file in both[0].payload.files[:3]] == ["secret-0/0", "secret-0/1", "secret-1/0"]
    assert stage.asked() == {"challenge": 1, "token": 1, "get": 6, "versions": 5}

    await stage.deliver("a", history)
    assert stage.asked() == {}
    stage.put("secret-0", "third")
    stage.reader.woken(VAULT, SecretName("secret-0"))
    assert await stage.changed.get() in both[0].watched
    after = await stage.deliver("a", history)
    assert [file.content for file in after.payload.files[:3]] == [
        SecretValue(b"third"),
        SecretValue(b"second"),
        SecretValue(b"first"),
    ]


async def test_an_outage_is_an_outage(stage: Stage) -> None:
    stage.world.proxy.hosts.clear()
    with pytest.raises(Unavailable, match="objectName: secret-0"):
        await stage.deliver()
