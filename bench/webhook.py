"""The webhook: what a review of a 30 KB pod costs, how many there are a second, and how long each takes.

The lab's API server, which tells of 50 ServiceAccounts, and the webhook are processes of their own; this one asks as
kube-apiserver does, over HTTP/1.1 with kept connections, and shares the cores with both. A server that does nothing but
answer is asked in the same way, since what a review costs at a steady rate is for the larger part the machine's doing.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import aiohttp
import yaml

from bench.mounts import free_port
from bench.reviews import PATH, Asker, Pace, pod, request, review
from bench.world import CLIENT, ISSUER, TENANT, usage
from keyferry.cli import looking
from keyferry.cli.processes import Process
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.lab.serve.authority import Authority
from keyferry.runtime.clock import SystemClock

ACCOUNTS: Final = 50
NAMESPACE: Final = "bench"
PATIENCE: Final = 60.0
REVIEWS: Final = 8000
SECONDS: Final = 15.0


async def measure() -> None:
    """Print all figures."""
    bodies = [review(pod(name, NAMESPACE), NAMESPACE) for name in _names()]
    print(f"webhook: pods of {len(bodies[0]) / 1000:.0f} KB, {ACCOUNTS} ServiceAccounts, HTTPS with kept connections")
    requests = [request(PATH, body) for body in bodies]
    async with _webhook() as (pid, port):
        idle = usage(pid)
        print(f"  at rest                 {idle.peak_mib:8.1f} MiB at most, start {idle.cpu_seconds:.2f} CPU s")
        await _asked(pid, port, requests)
        print(f"  in the end              {usage(pid).peak_mib:8.1f} MiB at most")
    print("a server that answers the same requests and does nothing else")
    async with _echo() as (pid, port):
        await _asked(pid, port, requests)


async def _asked(pid: int, port: int, requests: list[bytes]) -> None:
    asker = Asker(port, requests)
    await asker.open()
    try:
        await asker.flat_out(500)
        _tell("flat out", await _timed(pid, asker.flat_out(REVIEWS)))
        for rate in (100, 200):
            _tell(f"at {rate}/s", await _timed(pid, asker.steadily(rate, SECONDS)))
    finally:
        asker.close()


async def _timed(pid: int, run: Any) -> tuple[Pace, float]:
    before = usage(pid).cpu_seconds
    pace: Pace = await run
    return pace, (usage(pid).cpu_seconds - before) / len(pace.latencies)


def _tell(title: str, found: tuple[Pace, float]) -> None:
    pace, cpu = found
    quantiles = ", ".join(f"p{100 * share:.0f} {pace.quantile(share) * 1000:.1f} ms" for share in (0.5, 0.99))
    print(f"  {title:23} {pace.rate:8.0f} reviews/s, {quantiles}, {cpu * 1000:.2f} CPU ms each")


@asynccontextmanager
async def _webhook() -> AsyncIterator[tuple[int, int]]:
    """Run a lab without an operator, and a webhook that knows its ServiceAccounts; give its process id and its port."""
    with TemporaryDirectory(prefix="kf-bench-") as name:
        folder = Path(name)
        seed = folder / "seed.yaml"
        seed.write_text(yaml.safe_dump({"cluster": {"issuer": ISSUER}, "tenants": [{"id": TENANT}]}))
        lab = Process(
            ["lab", "--no-operator", "--seed", str(seed), "--dir", str(folder / "lab")], os.environ, folder / "l"
        )
        await lab.start()
        try:
            kubeconfig = folder / "lab" / "kubeconfig"
            await looking.until(lambda: _exists(folder / "lab" / "lab.json"), seconds=PATIENCE, what="the lab")
            async with Client(config.load(kubeconfig), field_manager="bench") as client:
                await _prepare(client)
            async with _started(folder, kubeconfig) as found:
                yield found
        finally:
            await lab.stop()


@asynccontextmanager
async def _echo() -> AsyncIterator[tuple[int, int]]:
    """Run `bench.echo`; give its process id and its port."""
    with TemporaryDirectory(prefix="kf-bench-") as name:
        port, certificates = free_port(), _certificates(Path(name))
        arguments = [str(port), *(str(certificates / file) for file in ("tls.crt", "tls.key"))]
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.echo", *arguments)
        try:
            await looking.until(lambda: _listens(port), seconds=PATIENCE, what="the server")
            yield child.pid, port
        finally:
            child.terminate()
            await child.wait()


@asynccontextmanager
async def _started(folder: Path, kubeconfig: Path) -> AsyncIterator[tuple[int, int]]:
    port, health = free_port(), f"127.0.0.1:{free_port()}"
    certificates = _certificates(folder)
    flags = ["--inject", "--cert-dir", str(certificates), "--kubeconfig", str(kubeconfig), "--log-level", "error"]
    where = ["--address", f"127.0.0.1:{port}", "--metrics-addr", health, "--grace", "0s"]
    webhook = Process(["webhook", *flags, *where], {**os.environ, "AZURE_TENANT_ID": TENANT}, folder / "webhook.log")
    await webhook.start()
    try:
        await looking.until(lambda: _knows_all(health), seconds=PATIENCE, what="every ServiceAccount in the cache")
        yield webhook.pid, port
    finally:
        await webhook.stop()


def _certificates(folder: Path) -> Path:
    certificates = folder / "certificates"
    certificates.mkdir()
    certificate, key = Authority(SystemClock().now()).server_pair("127.0.0.1")
    (certificates / "tls.crt").write_bytes(certificate)
    (certificates / "tls.key").write_bytes(key)
    return certificates


async def _listens(port: int) -> bool | None:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    writer.close()
    return True


async def _prepare(client: Client) -> None:
    manifests = Manifests(client)
    await manifests.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for name in _names():
        metadata = {
            "name": name,
            "namespace": NAMESPACE,
            "annotations": {"azure.workload.identity/client-id": CLIENT},
        }
        await manifests.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})


async def _knows_all(address: str) -> bool | None:
    """Ask the webhook's metrics."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://{address}/metrics") as answer:
            text = await answer.text()
    except aiohttp.ClientError:
        return None
    known = re.search(r"keyferry_admission_accounts (\d+)", text)
    return (known is not None and int(known[1]) >= ACCOUNTS) or None


async def _exists(path: Path) -> bool | None:
    return os.access(path, os.F_OK) or None


def _names() -> list[str]:
    return [f"reader-{number}" for number in range(ACCOUNTS)]
