"""Volumes that the lab's kubelet writes itself, and the environment of containers."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubelet_node import KubeletNode, kubelet_node, until

SECRETS = "/api/v1/namespaces/default/secrets"
MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
async def cluster() -> AsyncIterator[KubeletNode]:
    async with kubelet_node() as cluster:
        yield cluster


def secret(name: str, **values: str) -> Object:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}


def folder(cluster: KubeletNode, pod: Object, plugin: str, name: str) -> Path:
    uid = str(pod["metadata"]["uid"])
    return cluster.root / "pods" / uid / "volumes" / f"kubernetes.io~{plugin}" / name


def claims(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def test_a_secret_volume_follows_its_secret(cluster: KubeletNode) -> None:
    await cluster.admin.post(SECRETS, secret("db", password="first", user="me"))
    pod = await cluster.pod("app", {"name": "db", "secret": {"secretName": "db", "defaultMode": 0o400}})
    await cluster.phase("app", "Running")
    place = folder(cluster, pod, "secret", "db")
    assert (place / "password").read_text() == "first"
    assert ((place / "user").stat().st_mode & 0o777) == 0o400
    await cluster.admin.merge(f"{SECRETS}/db", secret("db", password="second"))
    await until(lambda: (place / "password").read_text() == "second")


async def test_a_pod_waits_for_a_missing_secret_and_says_so(cluster: KubeletNode) -> None:
    await cluster.pod("app", {"name": "db", "secret": {"secretName": "db"}})
    event = await cluster.event("FailedMount")
    assert event["message"] == 'MountVolume.SetUp failed for volume "db" : secret "db" not found'
    waiting = await cluster.admin.get("/api/v1/namespaces/default/pods/app")
    assert waiting["status"]["phase"] == "Pending"
    await cluster.admin.post(SECRETS, secret("db", password="first"))
    await cluster.phase("app", "Running")


async def test_a_projected_token_is_the_pods_and_is_renewed(cluster: KubeletNode) -> None:
    source = {"serviceAccountToken": {"path": "token", "audience": "somebody", "expirationSeconds": 3600}}
    pod = await cluster.pod("app", {"name": "token", "projected": {"sources": [source]}})
    await cluster.phase("app", "Running")
    file = folder(cluster, pod, "projected", "token") / "token"
    first = file.read_text()
    assert claims(first)["aud"] == ["somebody"]
    assert claims(first)["kubernetes.io"]["pod"]["name"] == "app"
    cluster.clock.advance(timedelta(minutes=50))
    await until(lambda: file.read_text() != first)


async def test_the_downward_api_follows_the_pods_labels(cluster: KubeletNode) -> None:
    items = [
        {"path": "name", "fieldRef": {"fieldPath": "metadata.name"}},
        {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}},
    ]
    pod = await cluster.pod("app", {"name": "about", "downwardAPI": {"items": items}})
    await cluster.phase("app", "Running")
    place = folder(cluster, pod, "downward-api", "about")
    assert (place / "name").read_text() == "app"
    await cluster.admin.merge("/api/v1/namespaces/default/pods/app", {"metadata": {"labels": {"tier": "web"}}})
    await until(lambda: (place / "labels").read_text() == 'tier="web"')


async def test_a_container_waits_for_what_its_environment_names(cluster: KubeletNode) -> None:
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]
    await cluster.pod("app", containers=[{"name": "app", "image": "app", "env": env}])

    async def reason() -> str:
        pod = await cluster.admin.get("/api/v1/namespaces/default/pods/app")
        states = pod["status"].get("containerStatuses") or [{"state": {}}]
        return str(states[0]["state"].get("waiting", {}).get("reason"))

    await until(lambda: asyncio.ensure_future(_is(reason, "CreateContainerConfigError")))
    await cluster.admin.post(SECRETS, secret("db", password="first"))
    await cluster.phase("app", "Running")


async def _is(ask: Any, wanted: str) -> bool:
    return bool(await ask() == wanted)


async def test_a_process_reads_its_volume_and_its_environment(cluster: KubeletNode) -> None:
    await cluster.admin.post(SECRETS, secret("db", password="first"))
    code = "import os; print(open('/mnt/db/password').read(), os.environ['WHERE'], os.environ['LAB_MOUNT_DB'])"
    pod = await cluster.pod(
        "job",
        {"name": "db", "secret": {"secretName": "db"}},
        annotations={"keyferry.io/lab-process": "true"},
        restartPolicy="Never",
        containers=[
            {
                "name": "app",
                "image": "app",
                "command": ["python", "-c", code],
                "env": [{"name": "WHERE", "value": "/mnt/db"}],
                "volumeMounts": [{"name": "db", "mountPath": "/mnt/db"}],
            }
        ],
    )
    ended = await cluster.phase("job", "Succeeded")
    assert ended["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
    place = folder(cluster, pod, "secret", "db")
    log = cluster.root / "pods" / pod["metadata"]["uid"] / "app.log"
    assert log.read_text().partition(" ")[2] == f"first {place} {place}\n"


async def test_a_process_is_terminated_with_its_pod(cluster: KubeletNode) -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(3)))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    pod = await cluster.pod(
        "job",
        annotations={"keyferry.io/lab-process": "true"},
        containers=[{"name": "app", "image": "app", "command": ["python", "-c", code]}],
    )
    log = cluster.root / "pods" / pod["metadata"]["uid"] / "app.log"
    await until(lambda: log.exists() and log.read_text().endswith(" up\n"))
    await cluster.delete("job")
    assert not log.exists()
