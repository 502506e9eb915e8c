"""The node plugin with exactly the rights that deploy/node.yaml gives it, and with fewer."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from keyferry.cli.session import open_session
from keyferry.kube.wire.resources import SECRETS
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.kubernetes import kubeconfig
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from keyferry.mount.cluster.kinds import POD_STATUSES
from tests.fakes.node_cluster import ACCOUNT, BINDINGS, MANIFEST
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import pod, secret_class, secret_object
from tests.scenario.mount_stage import QUICK, MountStage
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMED = {"metadata": {"name": "keyferry-node"}}
SYNCED = secret_object("synced", password="db-password")
FILES = {"db-password": f"{CANARY}-db", "api-key": f"{CANARY}-api"}


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's."""
    return mount_manifests.seed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node whose plugin speaks to the cluster as its own ServiceAccount; no DaemonSet runs a second one."""
    options = Options(nodes=1, republish_seconds=(1.0, 2.0))
    async with open_session(Lab(parse(seed), folder, options)) as session:
        os.environ.update(session.lab.environment)
        await session.install()
        for document in yaml.safe_load_all(MANIFEST.read_text()):
            if document["kind"] != "DaemonSet":
                await session.put(document)
        token = await session.client.create_token(ACCOUNT, ())
        server = session.lab.kubernetes
        file = folder / "node.kubeconfig"
        file.write_text(kubeconfig(server.url, server.authority.certificate_pem, token.token.reveal().decode()))
        file.chmod(0o600)
        async with MountStage.open(session, *QUICK, "--kubeconfig", str(file)) as stage:
            yield stage


async def test_the_manifests_rights_are_enough(mounts: MountStage) -> None:
    await mounts.prepare("one")
    await mounts.apply(secret_class("one", secret_objects=[SYNCED]), pod("one", "web"))
    await mounts.shows("one", "web", FILES)
    await mounts.holds("one", "synced", {"password": FILES["db-password"]})
    await mounts.vault.rotate("db-password", f"{CANARY}-second")
    await mounts.shows("one", "web", FILES | {"db-password": f"{CANARY}-second"})
    await mounts.holds("one", "synced", {"password": f"{CANARY}-second"})
    await mounts.told("one", "MountRotationComplete", name="web")
    await mounts.told("one", "SecretRotationComplete", name="web")
    assert len(await mounts.all_of(POD_STATUSES, "one")) == 1
    assert [line for line in mounts.plugin.log.splitlines() if "orbidden" in line] == []
    await mounts.vault.rotate("db-password", FILES["db-password"])
    await mounts.shows("one", "web", FILES)


async def test_without_the_right_to_secrets_files_are_mounted_and_the_pod_is_told(mounts: MountStage) -> None:
    await mounts.delete(BINDINGS, "", "keyferry-node-secrets")
    await mounts.prepare("two")
    await mounts.apply(secret_class("two", secret_objects=[SYNCED]), pod("two", "web"))
    await mounts.shows("two", "web", FILES)
    await mounts.told("two", "FailedToCreateSecret", "synced", "keyferry-node", name="web")
    assert await mounts.read(SECRETS, "two", "synced") is None
    assert len(await mounts.all_of(POD_STATUSES, "two")) == 1


async def test_bound_in_one_namespace_it_makes_secrets_there(mounts: MountStage) -> None:
    await mounts.prepare("three")
    await mounts.apply(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"namespace": "three", "name": "keyferry-node-secrets"},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "keyferry-node-secrets",
            },
            "subjects": [{"kind": "ServiceAccount", "namespace": ACCOUNT.namespace, "name": ACCOUNT.name}],
        },
        secret_class("three", secret_objects=[SYNCED]),
        pod("three", "web"),
    )
    await mounts.shows("three", "web", FILES)
    await mounts.holds("three", "synced", {"password": FILES["db-password"]})
    assert await mounts.read(SECRETS, "two", "synced") is None


async def test_without_any_right_running_pods_keep_their_files_and_new_ones_are_told(mounts: MountStage) -> None:
    binding = await mounts.read(BINDINGS, "", "keyferry-node")
    assert binding is not None
    await mounts.delete(BINDINGS, "", "keyferry-node")
    await mounts.plugin.kill()
    await mounts.plugin.start()
    await mounts.apply(pod("one", "second"))
    await mounts.told("one", "FailedMount", "secretproviderclasses", "keyferry-node", name="second")
    await mounts.shows("one", "web", FILES)
    await mounts.apply({key: binding[key] for key in ("apiVersion", "kind", "roleRef", "subjects")} | NAMED)
    await mounts.shows("one", "second", FILES)
    await mounts.plugin.all_well()
    await mounts.vault.rotate("api-key", f"{CANARY}-second")
    await mounts.shows("one", "web", FILES | {"api-key": f"{CANARY}-second"})
