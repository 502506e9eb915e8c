"""The whole lab in one process: a cluster, an Azure, and the proxy by which programs reach both under their real names.

What other processes need stands in one private folder: `kubeconfig`, `ca.pem`, `env`, `lab.json`, `admin.sock`.
"""

import json
import os
import shlex
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import yaml
from joserfc.jwk import RSAKey

from keyferry.lab.azure.admin import Admin
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.seed import Seed, SeedError, parse
from keyferry.lab.azure.sources import Sources
from keyferry.lab.serve.admin import AdminServer
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.azure import AzureServer
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.lab.serve.listener import LOOPBACK
from keyferry.lab.serve.proxy import Proxy
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults

HTTPS_PORT: Final = 443
DEFAULT_ISSUER: Final = "https://oidc.keyferry-lab.test/"
RSA_BITS: Final = 2048
SOCKET: Final = "admin.sock"
MAX_SOCKET_PATH_BYTES: Final = 103  # what macOS allows; Linux allows four more


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where to listen on loopback; 0 takes a free port."""

    kubernetes: int = 0
    azure: int = 0
    proxy: int = 0


class FolderError(Exception):
    """The folder cannot hold a lab; the message says why, and the way out."""


class Lab:
    """Runs between entering and leaving `async with`. PortInUseError when a port, or the folder, is taken.

    FolderError when the folder cannot be made, or its path is too long for a socket.
    """

    def __init__(self, seed: Seed, folder: Path, ports: Ports | None = None) -> None:
        self.seed = seed
        self.folder = folder
        self.issuer = seed.cluster_issuer or DEFAULT_ISSUER
        self._ports = ports or Ports()
        self.clock = Clock()
        self.faults = Faults()
        self._authority = Authority(self.now())
        self.kubernetes = KubernetesServer(self.issuer, self._authority, self.now)
        sources = Sources(random_bytes=os.urandom, rsa_key=lambda: RSAKey.generate_key(RSA_BITS))
        self.azure = Azure(seed, self.now(), sources)
        self._issuers: dict[str, tuple[str, int]] = {}
        self._azure_server = AzureServer(
            self.azure,
            now=self.now,
            faults=self.faults,
            issuers=self._issuers,
            issuer_trust=ssl.create_default_context(cadata=self._authority.certificate_pem.decode()),
        )
        self._proxy = Proxy(self._route)
        self._admin = AdminServer(Admin(azure=self.azure, faults=self.faults, clock=self.clock), self.now)
        self._stack = AsyncExitStack()

    def now(self) -> datetime:
        """Return the lab's instant."""
        return self.clock.now(datetime.now(UTC))  # noqa: TID251  (the lab's own clock starts at the machine's)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.folder / "kubeconfig"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to meet the lab instead of the world, as a company network would set it."""
        proxy = f"http://{LOOPBACK}:{self._proxy.port}"
        trust = str(self.folder / "ca.pem")
        return {
            "KUBECONFIG": str(self.kubeconfig),
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": f"{LOOPBACK},localhost",
            "no_proxy": f"{LOOPBACK},localhost",
            "SSL_CERT_FILE": trust,
            "REQUESTS_CA_BUNDLE": trust,
            "NODE_EXTRA_CA_CERTS": trust,
        }

    async def __aenter__(self) -> Self:
        _make(self.folder)
        async with AsyncExitStack() as stack:
            await self._admin.open(self.folder / SOCKET)
            stack.push_async_callback(self._admin.close)
            await self.kubernetes.open(self._ports.kubernetes)
            stack.push_async_callback(self.kubernetes.close)
            self._issuers[urlsplit(self.issuer).hostname or ""] = (LOOPBACK, self.kubernetes.port)
            await self._azure_server.open(self._authority, port=self._ports.azure)
            stack.push_async_callback(self._azure_server.close)
            await self._proxy.open(port=self._ports.proxy)
            stack.push_async_callback(self._proxy.close)
            self._write_files()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
        for name in ("kubeconfig", "ca.pem", "env", "lab.json"):
            (self.folder / name).unlink(missing_ok=True)

    def _route(self, host: str, port: int) -> tuple[str, int] | None:
        """Real host names lead to the lab's servers, and nothing leads out."""
        if port == HTTPS_PORT and host.lower() in self._issuers:
            return self._issuers[host.lower()]
        if port == HTTPS_PORT and self.azure.service(host.lower()) is not None:
            return LOOPBACK, self._azure_server.port
        return None

    def _write_files(self) -> None:
        """Everything is readable by its owner alone; the kubeconfig holds the administrator's token."""
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in self.environment.items())
        facts = {
            "pid": os.getpid(),
            "issuer": self.issuer,
            "kubernetes": self.kubernetes.url,
            "proxy": self.environment["HTTPS_PROXY"],
            "environment": self.environment,
            "hosts": list(self.azure.host_names()),
            "tenants": [tenant.id for tenant in self.seed.tenants],
            "identities": {
                identity.name: {"clientId": identity.client_id, "resourceId": identity.resource_id}
                for identity in self.seed.identities
            },
        }
        _write(self.folder / "ca.pem", self._authority.certificate_pem.decode())
        _write(self.kubeconfig, self.kubernetes.kubeconfig())
        _write(self.folder / "env", exports)
        _write(self.folder / "lab.json", json.dumps(facts, indent=2) + "\n")


def read_seed(path: Path) -> Seed:
    """Read and check a seed file. SeedError says what is wrong where, also when it cannot be read at all."""
    try:
        document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except OSError as refusal:
        raise SeedError("", f"{path} cannot be read: {refusal.strerror}", "name a seed file with --state") from refusal
    except yaml.YAMLError as refusal:
        mark = getattr(refusal, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark is not None else ""
        raise SeedError("", f"{path} is not YAML{line}", "mend its syntax") from None
    return parse(document)


def _make(folder: Path) -> None:
    """Create the folder, which its owner alone can open."""
    if len(os.fsencode(folder / SOCKET)) > MAX_SOCKET_PATH_BYTES:
        most = MAX_SOCKET_PATH_BYTES - len(SOCKET) - 1
        raise FolderError(
            f"the path of {folder} is too long for a socket: choose a folder of at most {most} characters"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refusal:
        raise FolderError(f"{folder} cannot be made ({refusal.strerror}): choose another folder") from refusal


def _write(path: Path, text: str) -> None:
    """Write in one rename, so that a reader sees a whole file or none."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)
