"""The fixtures of this suite: the lab's cluster on a socket, and the real kubectl speaking to it.

`kubectl` is the one on the PATH, else the one of the virtual environment. Every test has a cluster of its own.
"""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer
from tests.fakes import programs
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.programs import Ended

ISSUER = "https://westeurope.oic.prod-aks.azure.com/99999999-9999-4999-8999-999999999999/1/"
CUSTOM = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ferries.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: ferries, kind: Ferry, shortNames: [fy], categories: [all]}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      additionalPrinterColumns:
        - {name: Harbour, type: string, jsonPath: .spec.harbour}
        - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
        - {name: Seats, type: integer, priority: 1, jsonPath: .spec.seats}
      schema:
        openAPIV3Schema:
          type: object
          description: A ship that carries.
          required: [spec]
          properties:
            spec:
              type: object
              description: What the ship is to do.
              required: [harbour]
              properties:
                harbour: {type: string, description: Where it lies.}
                seats: {type: integer, default: 12, minimum: 1}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
    - name: v1beta1
      served: true
      storage: false
      deprecated: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
FERRY = """
apiVersion: example.com/v1
kind: Ferry
metadata: {name: nordlys}
spec: {harbour: Bodo}
"""


class Kubectl:
    """The real kubectl against one cluster."""

    def __init__(self, binary: str, home: Path, kubeconfig: str) -> None:
        home.mkdir(exist_ok=True)
        config = home / "kubeconfig"
        config.write_text(kubeconfig)
        self._binary = binary
        self._command = (binary, "--kubeconfig", str(config), "--cache-dir", str(home / "cache"))
        self._usual = {"HOME": str(home), "PATH": "/usr/bin:/bin", "KUBECTL_EXTERNAL_DIFF": "diff -u"}

    def elsewhere(self, home: Path, kubeconfig: str) -> "Kubectl":
        """Return the same kubectl with another home and kubeconfig."""
        return Kubectl(self._binary, home, kubeconfig)

    async def run(self, *arguments: str, stdin: str = "", **environment: str) -> Ended:
        """Run to the end, whatever it is, with `environment` besides the usual one."""
        return await programs.run(
            *self._command, *arguments, given=stdin.encode(), environment=self._usual | environment
        )

    def running(self, *arguments: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        """Let a command run for as long as the context lasts."""
        return programs.running(*self._command, *arguments, environment=self._usual)

    async def __call__(self, command: str, *, stdin: str = "") -> str:
        """Run a command that must succeed, split at spaces; return what it printed."""
        outcome = await self.run(*command.split(), stdin=stdin)
        assert outcome.code == 0, f"kubectl {command}: {outcome.err}"
        return outcome.out

    async def refused(self, command: str, *, stdin: str = "") -> str:
        """Run a command that must fail; return what it complained about."""
        outcome = await self.run(*command.split(), stdin=stdin)
        assert outcome.code != 0, f"kubectl {command} succeeded: {outcome.out}"
        return outcome.err


@pytest.fixture
def clock() -> OffsetClock:
    return OffsetClock()


@pytest.fixture
async def cluster(clock: OffsetClock) -> AsyncIterator[KubernetesServer]:
    server = KubernetesServer(ISSUER, Authority(clock.now()), clock.now)
    await server.open()
    try:
        yield server
    finally:
        await server.close()


@pytest.fixture
def kubectl(cluster: KubernetesServer, tmp_path: Path) -> Kubectl:
    binary = shutil.which("kubectl") or str(Path(sys.executable).with_name("kubectl"))
    return Kubectl(binary, tmp_path, cluster.kubeconfig())


@pytest.fixture
async def ferries(kubectl: Kubectl) -> Kubectl:
    """Kubectl on a cluster that serves a custom resource and has one object of it."""
    await kubectl("apply -f -", stdin=CUSTOM)
    await kubectl("wait --for=condition=Established crd/ferries.example.com --timeout=90s")
    await kubectl("apply -f -", stdin=FERRY)
    return kubectl
