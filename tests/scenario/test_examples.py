"""The manifests that users have, applied as they are by the real kubectl; and the demo, told as a user would see it."""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.cli.session import Session
from tests.fakes import programs
from tests.scenario.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = ("sync-per-key.yaml", "sync-find.yaml")
OBJECTS = {
    "app/app-db-credentials": 2,
    "rancher-apps/sensitive-by-name": 11,
    "rancher-apps/everything": 29,
}


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The examples' own Azure."""
    declared: dict[str, Any] = yaml.safe_load((EXAMPLES / "lab.yaml").read_text())
    return declared


async def output(*command: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program; its exit code must be 0."""
    ended = await programs.run(*command, environment=environment)
    assert ended.code == 0, f"{ended.out}\n{ended.err}"
    return ended.out


async def test_kubectl_applies_the_manifests_as_they_are(stage: Stage, session: Session, kubectl: str) -> None:
    environment = session.environment
    for file in FILES:
        await output(kubectl, "apply", "-f", str(EXAMPLES / file), environment=environment)
    for name in OBJECTS:
        namespace, _, external = name.partition("/")
        wait = ("wait", "--for=condition=Ready", f"externalsecret/{external}", "-n", namespace, "--timeout=90s")
        await output(kubectl, *wait, environment=environment)
    listed = json.loads(await output(kubectl, "get", "secrets", "-A", "-o", "json", environment=environment))["items"]
    found = {f"{item['metadata']['namespace']}/{item['metadata']['name']}": len(item["data"]) for item in listed}
    assert found == OBJECTS
    assert stage.operator.pid


async def test_kubectl_shows_what_upstream_shows(session: Session, kubectl: str) -> None:
    shown = await output(kubectl, "get", "externalsecrets", "-A", environment=session.environment)
    header, *rows = shown.splitlines()
    assert re.split(r"\s{2,}", header.strip()) == [
        "NAMESPACE",
        "NAME",
        "STORETYPE",
        "STORE",
        "REFRESH INTERVAL",
        "STATUS",
        "READY",
        "LAST SYNC",
    ]
    assert all("SecretSynced" in row and "True" in row for row in rows)
    described = await output(kubectl, "describe", "es", "-n", "app", environment=session.environment)
    assert "Created" in described
    explained = await output(kubectl, "explain", "externalsecret.spec.data.remoteRef", environment=session.environment)
    assert "property" in explained


async def test_applying_again_changes_nothing(session: Session, kubectl: str) -> None:
    """kubectl says "configured" of a v1beta1 list that the API server has filled with defaults; nothing is stored."""
    await output(kubectl, "apply", "-f", str(EXAMPLES / FILES[0]), environment=session.environment)
    versions = ("get", "es", "-A", "-o", "jsonpath={.items[*].metadata.generation}")
    assert await output(kubectl, *versions, environment=session.environment) == "1 1 1"


async def test_server_side_apply_and_deletion_work(session: Session, kubectl: str) -> None:
    environment = session.environment
    file = str(EXAMPLES / FILES[1])
    await output(kubectl, "apply", "--server-side", "--force-conflicts", "-f", file, environment=environment)
    await output(kubectl, "delete", "externalsecret", "everything", "-n", "rancher-apps", environment=environment)
    gone = ("wait", "--for=delete", "secret/everything", "-n", "rancher-apps", "--timeout=90s")
    await output(kubectl, *gone, environment=environment)


async def test_one_token_for_each_identity(session: Session) -> None:
    counts = session.lab.azure.counts()
    assert sum(count.number for count in counts if count.operation == "Token") == 2, "kv-reader and external-secrets"
    assert all(count.status in (200, 401) for count in counts)


async def test_the_demo_tells_its_story_and_no_value_and_leaves_nothing_behind(folder: Path) -> None:
    place = folder / "t"
    place.mkdir()
    clean = {
        name: value for name, value in os.environ.items() if "proxy" not in name.lower() and name != "SSL_CERT_FILE"
    }
    told = await output(sys.executable, "-m", "keyferry", "demo", environment={**clean, "TMPDIR": str(place)})
    assert list(place.iterdir()) == []
    for words in (
        "the cluster's OIDC issuer · https://",
        "subject system:serviceaccount:external-secrets:external-secrets, audience api://AzureADTokenExchange",
        "Entra's answer · an access token for client 44444444-4444-4444-8444-444444444444",
        "Key Vault's answer · https://kv-prod.vault.azure.net",
        "Secret app/app-db-credentials · 2 keys",
        "the vault's own",
        "reverted",
        "rebuilt",
        'system:serviceaccount:external-secrets:external-secretz"',
        'first at character 55: "s" was presented, "z" is configured',
        "the last good value is kept",
        "Ready=True SecretSynced by itself",
        "examples/estate.yaml: 3 sites",
        "the pod of site-c reads · DB_CONNECTION",
        "the pod of site-a is told",
        "export KUBECONFIG=",
        "kubectl get externalsecrets -A",
    ):
        assert words in told.replace("\n", " ").replace("  ", " ") or words in told, words
    assert "eyJ" not in told
    assert "edited by hand\n" not in told
