"""The vault is down and the plugin was killed: who keeps files, who starts from copies, who must not; and after."""

import base64
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.wire.resources import SECRETS
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import SPARE, pod, secret_class, secret_object
from tests.scenario.mount_stage import QUICK, MountStage, digest, open_mounts
from tests.scenario.stage import CANARY, NOBODY

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMORY = Path("/dev/shm")
STALE = {"keyferry.io/serve-stale": "24h"}
ELSEWHERE = {"keyferry.io/fallback-vaults": SPARE}
OLD = {"db-password": f"{CANARY}-db", "api-key": f"{CANARY}-api"}
NEW = OLD | {"db-password": f"{CANARY}-after"}
SPARES = {"db-password": f"{CANARY}-spare", "api-key": f"{CANARY}-spare-api"}
BY_HAND = f"{CANARY}-newer"
DOWN = "kv-stage.vault.azure.net does not answer"


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and one more who may read the vault."""
    made = mount_manifests.seed()
    made["roleAssignments"].append(
        {"identity": "nobody", "role": "Key Vault Secrets User", "scope": f"vaults/{mount_manifests.VAULT}"}
    )
    return made


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder on a tmpfs, as the host's /run is."""
    if not MEMORY.is_dir():
        pytest.skip("there is no /dev/shm here, so no place in memory for the key of copies")
    with TemporaryDirectory(prefix="kf-", dir=MEMORY) as name:
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(
    folder: Path, memory: Path, seed: dict[str, Any], environment: Mapping[str, str]
) -> AsyncIterator[MountStage]:
    """A node whose plugin keeps the key of its copies in memory, and where kubelet calls again every second."""
    key = ("--key-file", str(memory / "copies.key"))
    async with open_mounts(folder, seed, *QUICK, *key, republish_seconds=(1.0, 2.0)) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outage(mounts: MountStage) -> AsyncIterator[AsyncExitStack]:
    """Pods run; then the vault goes, its value changes, and the plugin is killed and started again."""
    synced = [secret_object("synced", password="db-password")]
    classes = {
        "one": secret_class("one"),
        "two": secret_class("two", annotations=STALE),
        "three": secret_class("three", annotations=STALE, secret_objects=synced),
        "four": secret_class("four", annotations=ELSEWHERE),
    }
    for namespace, each in classes.items():
        await mounts.prepare(namespace)
        await mounts.apply(each, pod(namespace, "web"))
    for namespace in classes:
        await mounts.shows(namespace, "web", OLD)
    assert len(list((mounts.plugin.folder / "copies").iterdir())) == 2 * len(OLD), "of two identities, sealed"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(mounts.vault.outage())
        await mounts.vault.rotate("db-password", NEW["db-password"])
        await mounts.plugin.kill()
        await mounts.plugin.start()
        yield stack


async def test_a_running_pod_keeps_its_files(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.told("one", "MountRotationFailed", DOWN, "the files stay as they are", name="web")
    await mounts.shows("one", "web", OLD)


async def test_a_new_pod_waits_and_is_told_why(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.apply(pod("one", "second"))
    await mounts.told("one", "FailedMount", DOWN, name="second")


async def test_a_new_pod_starts_from_a_copy_and_is_told_its_age(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.apply(pod("two", "second"))
    await mounts.shows("two", "second", OLD)
    await mounts.told("two", "ServedStale", "are a copy read at", "less than a minute old", DOWN, name="second")
    await mounts.shows("two", "web", OLD)
    assert not await mounts.events("two", "ServedStale", "web"), "it has its own files"
    assert await mounts.plugin.counted("keyferry_node_volumes", state="stale") == 1


@pytest.mark.parametrize(
    ("namespace", "account", "client"),
    [
        pytest.param("five", "nobody", {"clientID": NOBODY}, id="another-client"),
        pytest.param("six", "reader", {}, id="the-same-client-by-another-account"),
    ],
)
async def test_nobody_gets_the_copy_of_another_identity(
    mounts: MountStage, outage: AsyncExitStack, namespace: str, account: str, client: dict[str, Any]
) -> None:
    await mounts.prepare(namespace, account)
    await mounts.apply(secret_class(namespace, annotations=STALE, **client), pod(namespace, "web", account=account))
    await mounts.told(namespace, "FailedMount", DOWN, name="web")
    assert not await mounts.events(namespace, "ServedStale")


async def test_a_copy_overwrites_no_synced_secret(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.patch(SECRETS, "three", "synced", {"data": {"password": base64.b64encode(BY_HAND.encode()).decode()}})
    await mounts.apply(pod("three", "second"))
    await mounts.told("three", "ServedStale", name="second")
    await mounts.plugin.looks(2)
    assert await mounts.secret("three", "synced") == {"password": digest(BY_HAND)}


async def test_a_whole_volume_comes_from_the_second_vault(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.apply(pod("four", "second"))
    await mounts.shows("four", "second", SPARES)
    await mounts.told("four", "FallbackVault", f"read from https://{SPARE}.vault.azure.net instead", name="second")
    await mounts.shows("four", "web", SPARES)


async def test_no_volume_is_mixed_from_two_vaults(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.prepare("seven")
    await mounts.apply(secret_class("seven", names=["db-password", "settings"], annotations=ELSEWHERE))
    await mounts.apply(pod("seven", "web"))
    await mounts.told("seven", "FailedMount", "settings", name="web")


async def test_a_plugin_without_a_key_file_forgets_the_copies(mounts: MountStage, outage: AsyncExitStack) -> None:
    await mounts.plugin.restart(*QUICK)
    await mounts.apply(pod("two", "third"), pod("four", "third"))
    await mounts.told("two", "FailedMount", DOWN, name="third")
    assert not await mounts.events("two", "ServedStale", "third")
    await mounts.shows("two", "second", OLD)
    await mounts.shows("four", "third", SPARES)


async def test_all_is_fresh_once_the_vault_is_back(mounts: MountStage, outage: AsyncExitStack) -> None:
    await outage.aclose()
    for namespace, name in (
        ("one", "second"),
        ("two", "second"),
        ("two", "third"),
        ("three", "web"),
        ("four", "second"),
    ):
        await mounts.shows(namespace, name, NEW)
    await mounts.shows("five", "web", NEW)
    await mounts.runs("seven", "web")
    await mounts.told("four", "VaultRecovered", "read from its own vault again", name="third")
    await mounts.plugin.all_well()
    assert await mounts.secret("three", "synced") == {"password": digest(NEW["db-password"])}
