"""What restart stands on: a fake API server with workloads, whose controller a test is."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from keyferry.kube.client import Client
from keyferry.kube.events import Recorder
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, NAMESPACES, SECRETS, Resource
from keyferry.restart.annotations import RESTART_ANNOTATION, RESTARTED_AT_ANNOTATION, SEEN_ANNOTATION
from keyferry.restart.kinds import DEPLOYMENTS, POD_STATUSES, WORKLOADS
from keyferry.spec import pod_status
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import Json, KubeWorld, Write

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WEB = Key(namespace="app", name="web")
DONE = {"conditions": [{"type": "Progressing", "reason": "NewReplicaSetAvailable"}]}
MOVING = {"conditions": [{"type": "Progressing", "reason": "ReplicaSetUpdated"}]}


@dataclass(slots=True)
class Hand:
    """A clock that stands still until moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def move(self, **duration: float) -> None:
        self.at += timedelta(**duration)


def document(
    name: str = "web", *uses: str, annotations: Mapping[str, str] | None = None, namespace: str = "app", **spec: Any
) -> Json:
    """Return a workload whose pods have these Secrets in their environment, and that asks for restarts."""
    given = {RESTART_ANNOTATION: "true"} if annotations is None else dict(annotations)
    bundles = [{"secretRef": {"name": used}} for used in uses or ("db",)]
    template = {"metadata": {}, "spec": {"containers": [{"name": "web", "envFrom": bundles}]}}
    meta = {"name": name, "namespace": namespace, "annotations": given}
    return {"metadata": meta, "spec": {"replicas": 1, "template": template} | spec}


@dataclass(slots=True)
class RestartWorld:
    """The pieces."""

    api: FakeKubeApi
    client: Client
    clock: Hand = field(default_factory=Hand)

    @property
    def cluster(self) -> KubeWorld:
        return self.api.world

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.client, "external-secrets", clock=self.clock)

    def workload(self, made: Json | None = None, resource: Resource = DEPLOYMENTS) -> Key:
        """Make a workload that stands still."""
        stored = self.cluster.seed(resource, made or document())
        key = Key(namespace=stored["metadata"]["namespace"], name=stored["metadata"]["name"])
        self.report(key, resource=resource)
        return key

    def report(self, key: Key = WEB, *, resource: Resource = DEPLOYMENTS, **status: Any) -> None:
        """Say what the workload's controller would: that all is done, unless told otherwise."""
        stored = self.cluster.get(resource, key)
        stored["status"] = {"observedGeneration": stored["metadata"]["generation"], **DONE, **status}
        self.cluster.replace(resource, key, stored, Write(subresource="status"))

    def secret(
        self, name: str = "db", namespace: str = "app", *, labels: Mapping[str, str] | None = None, **data: str
    ) -> None:
        """Create or replace a Secret."""
        content = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        made = {"metadata": {"name": name, "namespace": namespace, "labels": dict(labels or {})}, "data": content}
        key = Key(namespace=namespace, name=name)
        if self.cluster.stored(SECRETS, key) is None:
            self.cluster.seed(SECRETS, made)
        else:
            self.cluster.replace(SECRETS, key, made, Write())

    def mounted(self, pod: str, class_name: str = "kv", problem: str = "", **versions: str) -> None:
        """Say what a pod has mounted of a class."""
        said = pod_status.status(pod=pod, class_name=class_name, target_path="/x", versions=versions.items())
        about = pod_status.About(namespace="app", pod_uid=f"uid-{pod}", node="n1", problem=problem)
        made = pod_status.document(said, about)
        key = Key(namespace="app", name=made["metadata"]["name"])
        old = self.cluster.stored(POD_STATUSES, key)
        if old is None:
            self.cluster.seed(POD_STATUSES, made)
        else:
            made["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
            self.cluster.replace(POD_STATUSES, key, made, Write())

    def seen(self, key: Key = WEB, resource: Resource = DEPLOYMENTS) -> str:
        """What the workload has been marked with, "" for nothing."""
        return str(self.cluster.get(resource, key)["metadata"]["annotations"].get(SEEN_ANNOTATION, ""))

    def restarted(self, key: Key = WEB, resource: Resource = DEPLOYMENTS) -> str:
        """When the workload was told to roll the last time, "" for never."""
        template = self.cluster.get(resource, key)["spec"]["template"]
        return str((template["metadata"].get("annotations") or {}).get(RESTARTED_AT_ANNOTATION, ""))

    def told(self) -> list[tuple[str, str]]:
        """Reason and message of every event."""
        return [(event["reason"], event["message"]) for event in self.cluster.all_of(EVENTS)]


@asynccontextmanager
async def restart_world() -> AsyncIterator[RestartWorld]:
    """Return a world with the namespaces `app`, `other` and `platform`."""
    cluster = KubeWorld(served=WORKLOADS, whole=(POD_STATUSES,))
    for name in ("app", "other", "platform"):
        cluster.seed(NAMESPACES, {"metadata": {"name": name}})
    async with FakeKubeApi(cluster) as api, Client(api.config()) as client:
        yield RestartWorld(api=api, client=client)
