"""`keyferry lab --estate` as its users meet it: the example, a mixed estate, and what one site may not read."""

import asyncio
import os
import re
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import pytest
from azure.core.exceptions import HttpResponseError
from azure.keyvault.secrets._shared import http_challenge_cache
from azure.keyvault.secrets.aio import SecretClient

from keyferry.cli import lab_estate, looking
from keyferry.cli.engineer import AUTHORITY, Engineer, read_facts
from keyferry.cli.lab_estate_making import Making
from keyferry.identity.http import Proxies, SharedTransport, open_session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TOKEN_AUDIENCE
from tests.fakes import programs
from tests.fakes.patience import PATIENCE, patient

EXAMPLE = Path(__file__).parents[2] / "examples" / "estate.yaml"
TENANT = "99999999-9999-4999-8999-999999999999"
VAULT = "https://mixed-shared-kv.vault.azure.net"
MIXED = f"""
apiVersion: keyferry.io/v1alpha1
kind: Estate
metadata: {{name: mixed}}
spec:
  azure:
    tenantId: {TENANT}
    subscriptionId: 00000000-0000-4000-8000-000000000001
    location: westeurope
    resourceGroup: {{name: rg-mixed}}
  cluster:
    aks: {{name: aks-mixed, create: {{nodeCount: 1}}}}
  vaults:
    - {{name: mixed-shared-kv, network: {{ipRules: [203.0.113.7]}}}}
    - {{name: mixed-old-kv, existing: {{resourceGroup: rg-old}}}}
  identities:
    - {{name: old-reader, existing: {{resourceGroup: rg-old}}}}
  defaults: {{vault: mixed-shared-kv}}
  monitoring: {{}}
  events: {{endpoint: "https://events.example.org/events", application: "api://keyferry-events"}}
  sites:
    - name: one
      secrets: [{{name: one-db, as: DB}}, {{name: one-tls, as: tls.pem, type: certificate}}]
    - name: two
      secrets: [{{name: two-api, as: API, consume: env}}, {{name: two-key, as: key.pem, type: key}}]
    - name: three
      identity: old-reader
      vault: mixed-old-kv
      secretName: app-before
      secrets: [{{name: app, as: app, consume: secretRef}}]
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A lab that runs as a process, and what it said until it ran."""

    process: asyncio.subprocess.Process
    folder: Path
    said: str

    async def interrupted(self) -> None:
        """Press Ctrl-C, and see that all has ended well."""
        children = _children(self.process.pid)
        self.process.send_signal(signal.SIGINT)
        async with patient():
            out, errors = await self.process.communicate()
        assert self.process.returncode == 0, errors.decode()
        assert out.decode().endswith("the lab has stopped\n")
        assert children, "operator, webhook and node plugin"
        assert _alive(children) == []
        assert not (self.folder / "admin.sock").exists()


@asynccontextmanager
async def lab_of(estate: Path, folder: Path, until: str) -> AsyncIterator[Running]:
    """Run `keyferry lab --estate` until it has said something."""
    command = (sys.executable, "-m", "keyferry", "lab", "--estate", str(estate), "--dir", str(folder))
    async with programs.running(*command) as process:
        assert process.stdout is not None
        said = ""
        async with patient():
            while until not in said:
                line = (await process.stdout.readline()).decode()
                assert line, f"it ended: {said}"
                said += line
        yield Running(process, folder, said)


def arrived(said: str) -> dict[str, list[str]]:
    """What was told of each site, without lengths."""
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        if " · ServiceAccount " in line:
            things = found.setdefault(line.partition(" ")[0], [])
        elif found and (thing := re.fullmatch(r"  ✓ (.+) · \d+ bytes, digest [0-9a-f]{12}", line)):
            things.append(thing[1])
    return found


def _children(pid: int) -> list[str]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]


def _alive(processes: list[str]) -> list[str]:
    return [process for process in processes if Path("/proc", process).exists()]


async def test_the_example_arrives_at_its_three_sites(folder: Path) -> None:
    async with lab_of(EXAMPLE, folder / "lab", until="the lab runs") as lab:
        assert arrived(lab.said) == {f"site-{letter}": ["file DB_CONNECTION"] for letter in "abc"}
        await lab.interrupted()


async def test_interrupted_while_it_comes_up_it_leaves_nothing_running(folder: Path) -> None:
    async with lab_of(EXAMPLE, folder / "early", until="✓ Azure") as lab:
        await lab.interrupted()


async def test_a_mixed_estate_arrives_and_each_site_reads_its_own_alone(
    folder: Path, environment: Mapping[str, str]
) -> None:
    path = folder / "keyferry.yaml"
    path.write_text(MIXED)
    assert environment
    async with lab_of(path, folder / "mixed", until="the lab runs") as lab:
        assert arrived(lab.said) == {
            "one": ["file DB", "file tls.pem"],
            "two": ["file key.pem", "key API", "variable API"],
            "three": ["key app"],
        }
        assert "note vault mixed-shared-kv is closed, and lets in 127.0.0.1" in lab.said
        facts = read_facts(lab.folder)
        os.environ.update(facts.environment)
        http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
        async with Client(config.load(lab.folder / "kubeconfig")) as client, open_session() as http:
            owner = Engineer(facts, client, http)
            try:
                await _reads_its_own_alone(client, owner, http)
                await _changes_nothing_a_second_time(path, Making(client, owner, http))
                await _hears_of_a_rotation(client, owner)
            finally:
                await owner.credentials.aclose()
        await lab.interrupted()


async def _reads_its_own_alone(client: Client, owner: Engineer, http: aiohttp.ClientSession) -> None:
    """The vault's own answers, to a token that the lab's cluster gave for the site's ServiceAccount."""
    account = await client.get(SERVICE_ACCOUNTS, Key(namespace="one", name="one"), msgspec.json.decode)
    identity = WorkloadIdentity(
        tenant_id=TenantId(TENANT),
        client_id=ClientId(account["metadata"]["annotations"][CLIENT_ID_ANNOTATION]),
        service_account=ServiceAccountRef(namespace="one", name="one"),
        authority_host=AUTHORITY,
        audiences=(TOKEN_AUDIENCE,),
    )
    credential = owner.credentials.of(identity)
    vault = SecretClient(VAULT, credential, transport=SharedTransport(http, Proxies()), retry_total=0)
    assert (await vault.get_secret("one-db")).properties.version
    for name in ("two-api", "one-tls"):  # a neighbour's, and the private key of its own certificate
        with pytest.raises(HttpResponseError) as refusal:
            await vault.get_secret(name)
        assert refusal.value.status_code == 403
        assert "ForbiddenByRbac" in str(refusal.value)


async def _changes_nothing_a_second_time(path: Path, making: Making) -> None:
    world = lab_estate.read(path, events_port=1)  # the operator has it already; only the estate counts
    made = await making.make(world.estate, lambda _step: None)
    assert made.provisioned.changed == ()
    assert made.values == ()


async def _hears_of_a_rotation(client: Client, owner: Engineer) -> None:
    """By Event Grid: the site's refreshInterval is an hour."""
    value = secrets.token_urlsafe(24)
    await owner.set_secret(VAULT, "two-api", value)
    expected = SecretValue(value.encode()).digest()

    async def is_there() -> bool | None:
        seen = await looking.secret(client, Key(namespace="two", name="two-secrets"))
        return True if seen is not None and seen.digests["API"] == expected else None

    await looking.until(is_there, seconds=PATIENCE, what="the new value")
