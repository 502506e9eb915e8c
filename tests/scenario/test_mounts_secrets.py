"""Kubernetes Secrets made of mounted files: made before containers start, shared, owned, refused, and kept in step."""

import base64
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from keyferry.kube.wire.resources import PODS, SECRETS
from keyferry.mount.cluster.kinds import CLASSES
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import DEPLOYMENTS, deployment, pod, secret_class, secret_object
from tests.scenario.mount_stage import QUICK, MountStage, digest, open_mounts
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUE = f"{CANARY}-db"
SYNCED = secret_object("synced", password="db-password")
TELLER = """
import hashlib, os, signal
print(hashlib.sha256(os.environ["PASSWORD"].encode()).hexdigest()[:12], flush=True)
signal.pause()
"""


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's."""
    return mount_manifests.seed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node where kubelet calls again every second or two."""
    async with open_mounts(folder, seed, *QUICK, republish_seconds=(1.0, 2.0)) as stage:
        yield stage


async def owners(mounts: MountStage, namespace: str, number: int) -> list[dict[str, Any]]:
    """Wait until the Secret has so many owners, and return them."""

    async def look() -> list[dict[str, Any]] | None:
        found = await mounts.read(SECRETS, namespace, "synced")
        references = found["metadata"].get("ownerReferences", []) if found else []
        return references if len(references) == number else None

    return await mounts.until_true(look, namespace, f"{number} owners of Secret {namespace}/synced")


async def test_a_container_waits_for_the_secret_of_its_environment(mounts: MountStage) -> None:
    await mounts.prepare("one")
    environment = {"PASSWORD": "synced/password"}
    await mounts.apply(secret_class("one"), pod("one", "web", program=TELLER, environment=environment))
    await mounts.waits("one", "web", "CreateContainerConfigError")
    await mounts.patch(CLASSES, "one", "secrets", {"spec": {"secretObjects": [SYNCED]}})
    await mounts.printing("one", "web", digest(VALUE))
    assert await mounts.secret("one", "synced") == {"password": digest(VALUE)}
    found = await mounts.read(SECRETS, "one", "synced")
    assert found is not None
    assert found["metadata"]["labels"]["secrets-store.csi.k8s.io/managed"] == "true"


async def test_deployments_share_a_secret_that_goes_with_the_last_of_them(mounts: MountStage) -> None:
    await mounts.prepare("two")
    await mounts.apply(secret_class("two", secret_objects=[SYNCED]))
    await mounts.apply(*(deployment("two", name) for name in ("first", "second")))
    both = await owners(mounts, "two", 2)
    assert {one["kind"] for one in both} == {"ReplicaSet"}
    await mounts.delete(DEPLOYMENTS, "two", "first")
    (left,) = await owners(mounts, "two", 1)
    assert left["name"].startswith("second-")
    assert await mounts.secret("two", "synced") == {"password": digest(VALUE)}
    await mounts.delete(DEPLOYMENTS, "two", "second")
    await mounts.gone(SECRETS, "two", "synced")
    await mounts.none_of(PODS, "two")


async def test_somebody_elses_secret_is_left_alone(mounts: MountStage) -> None:
    await mounts.prepare("three")
    theirs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "three", "name": "synced"}}
    await mounts.apply({**theirs, "data": {"password": base64.b64encode(b"theirs").decode()}})
    await mounts.apply(secret_class("three", secret_objects=[SYNCED]), pod("three", "web"))
    await mounts.told("three", "FailedToCreateSecret", "Secret three/synced is somebody else's", name="web")
    await mounts.shows("three", "web", {"db-password": VALUE, "api-key": f"{CANARY}-api"})
    assert await mounts.secret("three", "synced") == {"password": digest("theirs")}


async def test_a_certificate_becomes_a_secret_for_tls(mounts: MountStage) -> None:
    await mounts.prepare("four")
    tls = secret_object("synced", kind="kubernetes.io/tls", tls_key="web", tls_crt="web")
    await mounts.apply(secret_class("four", names=["web"], secret_objects=[tls]), pod("four", "web"))
    await mounts.runs("four", "web")
    found = await mounts.exists(SECRETS, "four", "synced")
    assert found["type"] == "kubernetes.io/tls"
    data = {name: base64.b64decode(text) for name, text in found["data"].items()}
    key, certificate = load_pem_private_key(data["tls.key"], None), x509.load_pem_x509_certificate(data["tls.crt"])
    public = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key().public_bytes(*public) == certificate.public_key().public_bytes(*public)
    (owner,) = found["metadata"]["ownerReferences"]
    assert owner["kind"] == "SecretProviderClassPodStatus", "a pod alone has no owner that lasts"
    await mounts.delete(PODS, "four", "web")
    await mounts.gone(SECRETS, "four", "synced")


async def test_a_rotation_reaches_the_secret_and_a_restart_mends_it(mounts: MountStage) -> None:
    await mounts.prepare("five")
    await mounts.apply(secret_class("five", names=["api-key"], secret_objects=[secret_object("synced", key="api-key")]))
    await mounts.apply(deployment("five", "web"))
    await owners(mounts, "five", 1)
    assert await mounts.secret("five", "synced") == {"key": digest(f"{CANARY}-api")}
    await mounts.vault.rotate("api-key", f"{CANARY}-second")
    await mounts.holds("five", "synced", {"key": f"{CANARY}-second"})
    await mounts.told("five", "SecretRotationComplete", "Secret synced has the new content of the mounted files")
    await mounts.plugin.kill()
    outdated = {"key": base64.b64encode(f"{CANARY}-api".encode()).decode()}
    await mounts.patch(SECRETS, "five", "synced", {"data": outdated})
    await mounts.plugin.start()
    await mounts.holds("five", "synced", {"key": f"{CANARY}-second"})
    assert len(await owners(mounts, "five", 1)) == 1


async def test_a_key_that_no_file_has_is_told_and_costs_no_mount(mounts: MountStage) -> None:
    await mounts.prepare("six")
    wrong = secret_object("wrong", password="db-passwort")
    await mounts.apply(secret_class("six", secret_objects=[wrong, SYNCED]), pod("six", "web"))
    await mounts.runs("six", "web")
    await mounts.told("six", "FailedToCreateSecret", "wrong", "db-passwort", name="web")
    await mounts.holds("six", "synced", {"password": VALUE})
    assert await mounts.read(SECRETS, "six", "wrong") is None
