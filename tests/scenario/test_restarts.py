"""Restart on change: pods of the lab's node are replaced once for each change, and never too many at a time."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import yaml

from keyferry.cli import looking
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, PODS, Resource
from keyferry.lab.serve.kubernetes import kubeconfig
from keyferry.model.identity import ServiceAccountRef
from keyferry.restart.kinds import DAEMON_SETS, DEPLOYMENTS, STATEFUL_SETS
from keyferry.spec import pod_status
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import pod_template, secret_class
from tests.scenario.mount_stage import QUICK, MountStage, open_mounts
from tests.scenario.stage import CANARY, PATIENCE, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = Path(__file__).parents[2] / "deploy" / "operator.yaml"
ACCOUNT = ServiceAccountRef(namespace="keyferry", name="keyferry-operator")
NEEDED = ("deployments", "statefulsets", "daemonsets", "rollouts", "podstatuses", "pods")
OURS = "keyferry.io/restart-on-change"
SEEN = "keyferry.io/seen"
STAMP = "kubectl.kubernetes.io/restartedAt"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node with its plugin, whose volumes are looked at every second."""
    async with open_mounts(folder, mount_manifests.seed(), *QUICK) as stage:
        yield stage


@pytest.fixture(scope="module")
def session(mounts: MountStage) -> Session:
    """The node's lab."""
    return mounts.session


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """An operator that lets one workload of a namespace roll at a time, with the rights of its manifest alone."""
    for document in yaml.safe_load_all(MANIFEST.read_text()):
        if document["kind"] != "Deployment":
            await session.put(document)
    token = await session.client.create_token(ACCOUNT, ())
    server = session.lab.kubernetes
    file = session.lab.folder / "operator.kubeconfig"
    file.write_text(kubeconfig(server.url, server.authority.certificate_pem, token.token.reveal().decode()))
    file.chmod(0o600)
    flags = ("--kubeconfig", str(file), "--lease-namespace", ACCOUNT.namespace, "--restart-budget", "1")
    async with Stage.open(session, *flags) as opened:
        yield opened
    lines = (session.lab.folder / "operator.log").read_text().splitlines()
    assert [line for line in lines if " cannot " in line and any(word in line for word in NEEDED)] == []


async def deploy(stage: Stage, namespace: str, name: str, secret: str = "") -> Key:
    """Deploy two idle pods with a Secret in their environment, or with the mounted class, and wait for their mark."""
    template = idle(secret, name)
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"annotations": {OURS: "true"}}
    await stage.apply("apps/v1", "Deployment", namespace, name, metadata=metadata, spec=spec)
    key = Key(namespace=namespace, name=name)
    await until(stage, key, lambda found: SEEN in found["metadata"]["annotations"], "its mark")
    await until(stage, key, is_done, "its pods")
    return key


def idle(secret: str, name: str) -> dict[str, Any]:
    """The template of idle pods with a Secret in their environment, or with the mounted class."""
    template = pod_template()
    if secret:
        del template["spec"]["volumes"]
        bundle = {"secretRef": {"name": secret}}
        template["spec"]["containers"] = [{"name": "web", "image": "registry.example/web:1.0", "envFrom": [bundle]}]
    return {**template, "metadata": {"labels": {"app": name}}}


async def read(stage: Stage, key: Key, kind: Resource = DEPLOYMENTS) -> dict[str, Any]:
    found: dict[str, Any] = await stage.client.get(kind, key, msgspec.json.decode)
    return found


async def until(stage: Stage, key: Key, condition: Any, what: str, kind: Resource = DEPLOYMENTS) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await read(stage, key, kind)
        return found if condition(found) else None

    return await looking.until(look, seconds=PATIENCE, what=f"{what} of {key}")


def is_done(found: Mapping[str, Any]) -> bool:
    """Whether all pods are of the newest template and available."""
    status = found.get("status", {})
    return bool(
        status.get("observedGeneration") == found["metadata"]["generation"]
        and status.get("updatedReplicas") == status.get("availableReplicas") == status.get("replicas") == 2
        and progressing(found)["reason"] == "NewReplicaSetAvailable"
    )


def progressing(found: Mapping[str, Any]) -> dict[str, Any]:
    conditions = found["status"].get("conditions", ())
    return next((dict(one) for one in conditions if one["type"] == "Progressing"), {"reason": ""})


def stamp(found: Mapping[str, Any]) -> str:
    annotations = found["spec"]["template"]["metadata"].get("annotations") or {}
    return str(annotations.get(STAMP, ""))


async def restarts(stage: Stage, namespace: str) -> list[str]:
    """The texts of the events that tell of restarts, one for each."""
    found = [
        msgspec.json.decode(item)
        async for page in stage.client.list(EVENTS, namespace=namespace)
        for item in page.items
    ]
    return [event["message"] for event in found if event["reason"] == "Restarted" for _ in range(event["count"])]


async def rolled(stage: Stage, key: Key, before: str = "") -> dict[str, Any]:
    """Wait for a restart to be begun after `before`, and to be finished."""
    await until(stage, key, lambda found: stamp(found) > before, "a restart")
    return await until(stage, key, is_done, "the new pods")


async def test_a_rotation_rolls_once_and_a_rewritten_secret_never(stage: Stage) -> None:
    await stage.prepare("one")
    secret = await stage.put("one")
    await stage.holding(secret, PASSWORD=f"{CANARY}-db")
    web = await deploy(stage, "one", "web", "db")
    await stage.patch_secret(secret, {"metadata": {"labels": {"seen-by": "nobody"}, "annotations": {"note": "new"}}})
    await stage.rotate("db-password", f"{CANARY}-rotated")
    found = await rolled(stage, web)
    await stage.holding(secret, PASSWORD=f"{CANARY}-rotated")
    (told,) = await restarts(stage, "one")
    assert "Secret db (kv-stage/db-password/" in told
    assert CANARY not in str(found)
    assert stamp(await read(stage, web)) == stamp(found)


async def test_each_namespace_rolls_within_a_budget_of_its_own(stage: Stage) -> None:
    for namespace in ("two", "three"):
        await stage.prepare(namespace)
        await put(stage, namespace, "first")
    names = ("a", "b", "c")
    crowd = await asyncio.gather(*(deploy(stage, "two", name, "shared") for name in names))
    alone = await deploy(stage, "three", "web", "shared")
    for namespace in ("two", "three"):
        await put(stage, namespace, "second")
    done = sorted([await rolled(stage, key) for key in crowd], key=stamp)
    other = await rolled(stage, alone)
    for before, after in itertools.pairwise(done):
        assert progressing(before)["lastUpdateTime"] <= stamp(after), "one began before another had ended"
    assert stamp(other) <= stamp(done[1]), "it had to wait for another namespace"
    assert len(await restarts(stage, "two")) == len(names)


async def test_a_change_while_no_operator_ran_rolls_once_it_is_back(stage: Stage) -> None:
    await stage.prepare("four")
    await put(stage, "four", "first")
    web = await deploy(stage, "four", "web", "shared")
    await stage.operator.kill()
    await put(stage, "four", "second")
    await stage.operator.start()
    await rolled(stage, web)
    assert len(await restarts(stage, "four")) == 1


async def test_stateful_sets_and_daemon_sets_take_their_turns(stage: Stage) -> None:
    await stage.prepare("six")
    await put(stage, "six", "first")
    keys = {kind: Key(namespace="six", name=kind.kind.lower()) for kind in (STATEFUL_SETS, DAEMON_SETS)}
    for kind, key in keys.items():
        template = idle("shared", key.name)
        spec = {"selector": {"matchLabels": {"app": key.name}}, "template": template}
        await stage.apply("apps/v1", kind.kind, "six", key.name, metadata={"annotations": {OURS: "true"}}, spec=spec)
        await until(stage, key, lambda found: SEEN in found["metadata"]["annotations"], "its mark", kind)
    for value in ("second", "third"):
        before = {kind: stamp(await read(stage, key, kind)) for kind, key in keys.items()}
        await put(stage, "six", value)
        for kind, key in keys.items():
            last = before[kind]
            await until(stage, key, lambda found, last=last: stamp(found) > last, "a restart", kind)
    assert len(await restarts(stage, "six")) == 4


async def test_a_mounted_class_rolls_its_pods_once_all_that_live_have_the_new_version(
    stage: Stage, mounts: MountStage
) -> None:
    await mounts.prepare("five")
    await mounts.apply(secret_class("five", names=["api-key"]))
    web = await deploy(stage, "five", "web")
    await until(stage, web, lambda found: "class/secrets=" in found["metadata"]["annotations"][SEEN], "the class' mark")
    await leave_evicted(stage, mounts, "five", "web-7d9f8c6b54-2xkcd")
    await mounts.vault.rotate("api-key", f"{CANARY}-api-rotated")
    await rolled(stage, web)
    (told,) = await restarts(stage, "five")
    assert "SecretProviderClass secrets (secret/api-key/" in told


async def leave_evicted(stage: Stage, mounts: MountStage, namespace: str, name: str) -> None:
    """Leave a pod as an eviction does: ended, and its status still tells of the version that it had."""
    nowhere = {"nodeSelector": {"no": "where"}, "containers": [{"name": "web", "image": "registry.example/web:1.0"}]}
    await stage.apply("v1", "Pod", namespace, name, spec=nowhere)
    failed = msgspec.json.encode({"status": {"phase": "Failed", "reason": "Evicted"}})
    key = Key(namespace=namespace, name=name)
    pod = msgspec.json.decode(await stage.client.merge_patch(PODS, key, failed, subresource="status"))
    said = pod_status.status(pod=name, class_name="secrets", target_path="/x", versions=[("secret/api-key", "old")])
    about = pod_status.About(namespace=namespace, pod_uid=pod["metadata"]["uid"], node="another")
    await mounts.apply(pod_status.document(said, about))


async def put(stage: Stage, namespace: str, value: str) -> None:
    """Create or replace a Secret that no ExternalSecret keeps."""
    await stage.apply("v1", "Secret", namespace, "shared", stringData={"token": value})
