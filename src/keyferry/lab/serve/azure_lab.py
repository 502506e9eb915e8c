"""The lab's Azure alone, in one process: for programs on this machine, and beside a cluster of any kind.

What other processes need stands in one private folder: `ca.pem`, `env`, `lab.json`, `admin.sock`.
"""

import hashlib
import json
import os
import shlex
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from joserfc.jwk import RSAKey

from keyferry.lab.azure.admin.service import Admin
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.eventgrid import callback, handshake
from keyferry.lab.azure.seed import Seed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.serve import events
from keyferry.lab.serve import options as choices
from keyferry.lab.serve.admin import AdminServer
from keyferry.lab.serve.audit_file import AuditFile
from keyferry.lab.serve.azure import AzureServer
from keyferry.lab.serve.events import Deliverer
from keyferry.lab.serve.imds import ImdsServer
from keyferry.lab.serve.issuers import HTTPS_PORT, Address, Issuers
from keyferry.lab.serve.keeping import Keeper, Origin
from keyferry.lab.serve.options import Options
from keyferry.lab.serve.proxy import Proxy
from keyferry.lab.serve.state_file import StateFile
from keyferry.lab.world.faults import Faults
from keyferry.lab.world.http import Request

RSA_BITS: Final = 2048
TRUST_VARIABLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class AzureLab:
    """Runs between entering and leaving `async with`. PortInUseError when a port, or the folder, is taken.

    OptionError where an option cannot be followed; a FolderError is one, and a StateFileError. A state file belongs to
    the lab from its making on, until it is left.
    """

    def __init__(self, seed: Seed, folder: Path, options: Options | None = None) -> None:
        self.folder = folder
        self.options = options or Options()
        choices.check(self.options)
        self._file = None if self.options.state is None else StateFile.open(self.options.state)
        self.resumes = self._file is not None and not self._file.is_new  # the state file's seed is the one that counts
        origin = Origin.of(self._file, seed, _system())
        self.seed, self.authority, self.clock = origin.seed, origin.authority, origin.clock
        self.faults = Faults()
        self.azure = Azure(self.seed, self.now(), _sources())
        self._keeper = None if self._file is None else Keeper(self._file, self.azure, origin)
        self.issuers = Issuers(self.options.issuers)
        self._azure_server = AzureServer(
            self.azure,
            now=self.now,
            faults=self.faults,
            issuers=self.issuers,
            issuer_trust=choices.trust(self.authority.certificate_pem.decode(), self.options.issuer_ca),
            kept=self._kept,
        )
        self._proxy = Proxy(self._route)
        self._imds = ImdsServer(self.azure, now=self.now, faults=self.faults)
        admin = Admin(azure=self.azure, faults=self.faults, clock=self.clock)
        self._admin = AdminServer(admin, self.now, self._turned)
        self.endpoints = Issuers(self.options.endpoints)  # of events; may be added to
        self._deliverer = Deliverer(
            self.azure.grid,
            now=self.now,
            faults=self.faults,
            trust=self._endpoint_trust(),
            where=self.endpoints.find,
            dead_letters=self.folder / "dead-letters.jsonl",
        )
        self._stack = AsyncExitStack()

    def now(self) -> datetime:
        """Return the lab's instant."""
        return self.clock.now(_system())

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to meet the lab instead of the world, as a company network would set it."""
        address = self.options.reachable
        proxy = f"http://{Address(host=address, port=self._proxy.port)}"
        local = ",".join(dict.fromkeys(("127.0.0.1", "localhost", address)))
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": local,
            "no_proxy": local,
            **{name: str(self.folder / "ca.pem") for name in TRUST_VARIABLES},
            "NODE_USE_ENV_PROXY": "1",
            "AZURE_CONFIG_DIR": str(self._cli_folder),
            "AZURE_POD_IDENTITY_AUTHORITY_HOST": f"http://{Address(host=address, port=self._imds.port)}",
        }

    @property
    def _cli_folder(self) -> Path:
        """Where the az CLI keeps its logins: apart from its user's own, and from those of labs with other keys."""
        return self.folder / f"az-{hashlib.sha256(self.authority.certificate_pem).hexdigest()[:8]}"

    @property
    def azure_address(self) -> Address:
        """Where Azure listens itself, for programs that find it by their hosts file."""
        return Address(host=self.options.reachable, port=self._azure_server.port)

    async def issuer_problems(self) -> Mapping[str, str]:
        """Return for each issuer outside why Entra cannot read its discovery document, "" where it can."""
        return {entry.url: await self._azure_server.issuer_problem(entry.url) for entry in self.options.issuers}

    def publish(self, name: str, text: str) -> None:
        """Write one more file into the folder of a lab that runs; it goes with the lab."""
        self._stack.callback((self.folder / name).unlink, missing_ok=True)
        choices.write(self.folder / name, text)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            if self._keeper is not None:
                stack.callback(self._keeper.close)
                self._keeper.watch()
            if self.options.audit_file is not None:
                audit = AuditFile(self.options.audit_file)
                audit.open(self.azure.audit)
                stack.callback(audit.close)
            choices.make_folder(self.folder)
            choices.check_bindable(self.options.bind)
            await self._admin.open(self.folder / choices.SOCKET)
            stack.push_async_callback(self._admin.close)
            await self._open(stack)
            for name, text in self._files().items():
                stack.callback((self.folder / name).unlink, missing_ok=True)
                choices.write(self.folder / name, text)
            if self.options.ca_file is not None:
                choices.write(self.options.ca_file, self.authority.certificate_pem.decode(), mode=0o644)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _open(self, stack: AsyncExitStack) -> None:
        """Let every server listen, and close it with the stack."""
        ports, bind = self.options.ports, self.options.bind
        await self._azure_server.open(self.authority, host=bind, port=ports.azure, names=self.options.names)
        stack.push_async_callback(self._azure_server.close)
        await self._proxy.open(host=bind, port=ports.proxy)
        stack.push_async_callback(self._proxy.close)
        await self._imds.open(host=bind, port=ports.imds)
        stack.push_async_callback(self._imds.close)
        await self._deliverer.open()
        stack.push_async_callback(self._deliverer.close)

    def _endpoint_trust(self) -> ssl.SSLContext:
        trusted = events.trust(self.authority.certificate_pem)
        bundle = self.options.endpoint_ca
        return choices.add_authorities(trusted, bundle) if bundle else trusted

    def _kept(self, request: Request) -> None:
        if self._keeper is not None:
            self._keeper.after(request)

    def _turned(self) -> None:
        self._deliverer.wake()
        if self._keeper is not None:
            self._keeper.estate()

    def _route(self, host: str, port: int) -> tuple[str, int] | None:
        """Real host names lead to the lab's servers and the issuers, and nothing leads out."""
        issuer = self.issuers.at(host, port)
        if issuer is not None:
            return issuer.host, issuer.port
        usual = handshake.CALLBACK_PORT if callback.is_host(host) else HTTPS_PORT
        if port == usual and self.azure.service(host) is not None:
            return self.azure_address.host, self.azure_address.port
        return None

    def _files(self) -> dict[str, str]:
        """Return the files of the folder by name; `lab.json` is the last, so that it tells that all are there."""
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in self.environment.items())
        return {
            "ca.pem": self.authority.certificate_pem.decode(),
            "env": exports,
            "lab.json": json.dumps(self._facts(), indent=2) + "\n",
        }

    def _facts(self) -> Mapping[str, Any]:
        return {
            "pid": os.getpid(),
            "proxy": self.environment["HTTPS_PROXY"],
            "azure": str(self.azure_address),
            "environment": self.environment,
            "hosts": list(self.azure.host_names()),
            "tenants": [tenant.id for tenant in self.seed.tenants],
            "identities": {
                identity.name: {"clientId": identity.client_id, "resourceId": identity.resource_id}
                for identity in self.seed.identities
            },
        }


def _system() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (the lab's own clock starts at the machine's)


def _sources() -> Sources:
    return Sources(random_bytes=os.urandom, rsa_key=lambda: RSAKey.generate_key(RSA_BITS))
