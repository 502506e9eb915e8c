"""`keyferry lab azure` as its users meet it: a process of its own, programs beside it, an issuer outside, a kill."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure, programs
from tests.fakes.patience import patient
from tests.fakes.programs import Ended

TENANT = lab_azure.TENANT
SEED = {
    "tenants": [{"id": TENANT}],
    "vaults": [{"name": "kv-outside", "secrets": {"made-at-start": {"random": 24}}}],
    "identities": [
        {
            "name": "app",
            "clientId": lab_azure.OFFICER,
            "federatedCredentials": [{"name": "app", "issuer": lab_azure.ISSUER, "subject": lab_azure.OFFICER_SUBJECT}],
        }
    ],
    "machine": {"name": "node", "identities": ["app"]},
    "roleAssignments": [{"identity": "app", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-outside"}],
}
PROGRAM = """
import hashlib, sys
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
client = SecretClient("https://kv-outside.vault.azure.net", DefaultAzureCredential(), retry_backoff_factor=0.05)
name, *value = sys.argv[1:]
secret = client.set_secret(name, value[0]) if value else client.get_secret(name)
print(secret.properties.version, hashlib.sha256(secret.value.encode()).hexdigest())
"""
WRITER = """
import itertools
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient
client = SecretClient("https://kv-outside.vault.azure.net", DefaultAzureCredential(), retry_total=0)
for number in itertools.count():
    print(client.set_secret("counter", str(number)).properties.version, flush=True)
"""


@dataclass(kw_only=True)
class Outside:
    """The machine on which all this happens: one folder, one issuer, one lab."""

    folder: Path
    issuer_port: int
    issuer_ca: Path
    flags: list[str] = field(default_factory=list)
    lab: asyncio.subprocess.Process | None = None
    lives: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self, *, trusted: bool = True) -> None:
        """Start the lab, and wait until it says what to do."""
        arguments = ["--seed", str(self.folder / "seed.yaml"), "--state", str(self.folder / "state"), *self.flags]
        arguments += ["--issuer-map", f"{lab_azure.ISSUER}=127.0.0.1:{self.issuer_port}"]
        arguments += ["--issuer-ca", str(self.issuer_ca)] if trusted else []
        command = [sys.executable, "-m", "keyferry", "lab", "azure", "--dir", str(self.folder / "lab"), *arguments]
        self.lab = await self.lives.enter_async_context(programs.running(*command, environment=own_environment()))
        await self.says("runs; in another terminal")

    async def says(self, words: str) -> str:
        """Wait until the lab prints a line with these words, and return the line."""
        assert self.lab is not None
        assert self.lab.stdout is not None
        async with patient():
            while words not in (line := (await self.lab.stdout.readline()).decode()):
                assert line, "it has ended"
        return line

    async def end(self, number: signal.Signals) -> int:
        """End the lab by a signal, and return its exit code."""
        assert self.lab is not None
        self.lab.send_signal(number)
        async with patient():
            await self.lab.communicate()
        code, self.lab = self.lab.returncode, None
        assert code is not None
        return code

    async def keyferry(self, *arguments: str) -> str:
        """Type a command beside the lab, and return what it printed."""
        command = [sys.executable, "-m", "keyferry", "lab", *arguments, "--dir", str(self.folder / "lab")]
        ended = await programs.run(*command, environment=own_environment())
        assert ended.code == 0, ended.err
        return ended.out

    async def program(self, *arguments: str, on_a_machine: bool = False) -> Ended:
        """Run a program of a user, in a pod or on a machine: the vendor's libraries, and what the lab printed."""
        environment = await self.environment(on_a_machine=on_a_machine)
        return await programs.run(sys.executable, "-c", PROGRAM, *arguments, environment=environment)

    async def environment(self, *, on_a_machine: bool = False) -> dict[str, str]:
        """What such a program finds set."""
        printed: dict[str, str] = json.loads(await self.keyferry("azure", "--print-env", "-o", "json"))
        issued = int(datetime.now(UTC).timestamp())  # noqa: TID251  (processes live in real time)
        token = lab_azure.assertion(sub=lab_azure.OFFICER_SUBJECT, iat=issued, nbf=issued, exp=issued + 600)
        (self.folder / "token").write_text(token)
        machine = {"AZURE_CLIENT_ID": lab_azure.OFFICER}
        pod = {"AZURE_TENANT_ID": TENANT, "AZURE_FEDERATED_TOKEN_FILE": str(self.folder / "token")}
        return own_environment() | printed | machine | ({} if on_a_machine else pod)

    async def printed(self, *arguments: str) -> str:
        """Run the same program, which must succeed, and return what it printed."""
        ended = await self.program(*arguments)
        assert ended.code == 0, ended.err
        return ended.out

    async def versions(self, name: str) -> set[str]:
        """The versions of a secret that the vault lists."""
        listing = PROGRAM.partition("name, *value")[0] + (
            "print(*(each.version for each in client.list_properties_of_secret_versions(sys.argv[1])))"
        )
        ended = await programs.run(sys.executable, "-c", listing, name, environment=await self.environment())
        assert ended.code == 0, ended.err
        return set(ended.out.split())

    async def statuses(self) -> list[int]:
        """What the vault answered so far, without the challenges."""
        counts: list[dict[str, Any]] = json.loads(await self.keyferry("counters", "-o", "json"))
        mine = [each for each in counts if each["where"] == "kv-outside" and each["status"] != 401]
        return [each["status"] for each in mine for _ in range(each["number"])]


def own_environment() -> dict[str, str]:
    """The environment of a person who has set nothing for Azure yet."""
    ours = ("AZURE_", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT", "REQUESTS_CA", "KUBECONFIG")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@asynccontextmanager
async def issuer(folder: Path) -> AsyncIterator[tuple[int, Path]]:
    """An OIDC issuer of somebody else, with an authority that only its own file knows: its port and that file."""
    authority = Authority(datetime.now(UTC))  # noqa: TID251  (certificates are checked against the machine's clock)
    path = folder / "issuer-ca.pem"
    path.write_bytes(authority.certificate_pem)
    published = lab_azure.issuer_answers()

    async def publish(request: Request) -> Response:
        return published.get(f"https://{request.host}{request.path}", Response(status=404))

    listener = Listener(publish, lambda: lab_azure.NOW)
    await listener.open(context=authority.server_context(lab_azure.ISSUER_HOST))
    try:
        yield listener.port, path
    finally:
        await listener.close()


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: a unix socket's path has 108 bytes."""
    with TemporaryDirectory(prefix="kf-") as name:
        yield Path(name)


@pytest.fixture
async def outside(short: Path) -> AsyncIterator[Outside]:
    """The machine, with its issuer; the lab is not started yet."""
    (short / "seed.yaml").write_text(yaml.safe_dump(SEED))
    async with issuer(short) as (port, authority):
        machine = Outside(folder=short, issuer_port=port, issuer_ca=authority)
        async with machine.lives:
            yield machine


async def test_a_program_goes_on_after_the_lab_was_killed(outside: Outside) -> None:
    await outside.start()
    assert "answers" in await outside.says(f"issuer {lab_azure.ISSUER} ")
    made, first = await outside.printed("made-at-start"), await outside.printed("stored", "first value")
    authority = (outside.folder / "lab" / "ca.pem").read_text()
    assert await outside.end(signal.SIGKILL) == -signal.SIGKILL
    await outside.start()
    assert (outside.folder / "lab" / "ca.pem").read_text() == authority
    assert await outside.printed("made-at-start") == made
    assert await outside.printed("stored") == first
    assert await outside.printed("stored", "second value") != first
    assert await outside.end(signal.SIGTERM) == 0
    assert list((outside.folder / "lab").iterdir()) == []


async def test_what_a_program_was_told_of_is_there_after_a_kill(outside: Outside) -> None:
    await outside.start()
    environment = await outside.environment()
    async with programs.running(sys.executable, "-c", WRITER, environment=environment) as writer, patient():
        assert writer.stdout is not None
        for _ in range(20):
            await writer.stdout.readline()
        await outside.end(signal.SIGKILL)
        told = (await writer.communicate())[0].decode().split()
    await outside.start()
    stored = (await outside.printed("counter")).split()[0]
    versions = await outside.versions("counter")
    assert stored in versions
    assert set(told) <= versions, "every version that the program was told of"


async def test_what_goes_wrong_goes_wrong_for_programs_and_is_mended(outside: Outside) -> None:
    await outside.start()
    await outside.keyferry("fault", "vault", "--status", "429", "--requests", "2")
    await outside.printed("made-at-start")
    assert sorted(await outside.statuses()) == [200, 429, 429], "the vendor's client came again"
    await outside.keyferry("fault", "vault", "--certificate", "expired")
    ended = await outside.program("made-at-start")
    assert "certificate has expired" in ended.err
    await outside.keyferry("fault", "--clear")
    await outside.keyferry("fault", "entra", "--skew", "-2h")
    ended = await outside.program("made-at-start")
    assert "AADSTS700024" in ended.err, "to Entra the token is not valid yet"
    await outside.keyferry("fault", "--clear")
    await outside.printed("made-at-start")


async def test_an_issuer_whose_authority_nobody_named_is_told(outside: Outside) -> None:
    await outside.start(trusted=False)
    told = await outside.says(f"warning: issuer {lab_azure.ISSUER} ")
    assert "has a certificate that is not trusted" in told
    assert "name its CA with --issuer-ca" in told
    ended = await outside.program("made-at-start")
    assert "AADSTS" in ended.err


async def test_a_token_of_before_its_clock_was_moved_is_too_old(outside: Outside) -> None:
    await outside.start()
    await outside.printed("made-at-start")
    assert "2h0m0s ahead" in await outside.keyferry("clock", "advance", "2h")
    ended = await outside.program("made-at-start")
    assert "AADSTS700024" in ended.err
    await outside.end(signal.SIGTERM)
    await outside.start()
    assert "2h0m0s ahead" in await outside.keyferry("clock"), "the clock outlives the process too"


async def test_a_machine_lends_its_identity(outside: Outside) -> None:
    await outside.start()
    await outside.keyferry("fault", "imds", "--status", "500", "--requests", "1")
    ended = await outside.program("made-at-start", on_a_machine=True)
    assert ended.code == 0, ended.err
    assert "nothing goes wrong" in await outside.keyferry("fault"), "the fault has met its request"
    counts = json.loads(await outside.keyferry("counters", "-o", "json"))
    assert 200 in [each["status"] for each in counts if each["where"] == "imds"]
