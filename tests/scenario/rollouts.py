"""Workloads that ask for restarts, and what people see of their rollouts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from keyferry.cli import looking
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, Resource
from keyferry.restart.kinds import DEPLOYMENTS
from tests.fakes.patience import PATIENCE
from tests.scenario.mount_manifests import pod_template
from tests.scenario.stage import Stage

ASKED = {"keyferry.io/restart-on-change": "true"}
SEEN = "keyferry.io/seen"
STAMP = "kubectl.kubernetes.io/restartedAt"
IMAGE = "registry.k8s.io/pause:3.10"  # which a node of a real cluster can run


async def deploy(stage: Stage, namespace: str, name: str, secret: str = "") -> Key:
    """Deploy two idle pods with a Secret in their environment, or with the mounted class, and wait for their mark."""
    template = idle(secret, name)
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"annotations": ASKED}
    await stage.apply("apps/v1", "Deployment", namespace, name, metadata=metadata, spec=spec)
    key = stage.key(namespace, name)
    await until(stage, key, lambda found: SEEN in found["metadata"]["annotations"], "its mark")
    await until(stage, key, is_done, "its pods")
    return key


def idle(secret: str, name: str) -> dict[str, Any]:
    """The template of idle pods with a Secret in their environment, or with the mounted class."""
    template = pod_template()
    if secret:
        del template["spec"]["volumes"]
        bundle = {"secretRef": {"name": secret}}
        template["spec"]["containers"] = [{"name": "web", "image": IMAGE, "envFrom": [bundle]}]
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
        async for page in stage.client.list(EVENTS, namespace=stage.named(namespace))
        for item in page.items
    ]
    return [event["message"] for event in found if event["reason"] == "Restarted" for _ in range(event["count"])]


async def rolled(stage: Stage, key: Key, before: str = "") -> dict[str, Any]:
    """Wait for a restart to be begun after `before`, and to be finished."""
    await until(stage, key, lambda found: stamp(found) > before, "a restart")
    return await until(stage, key, is_done, "the new pods")
