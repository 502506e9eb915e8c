"""The lab's Azure alone, in one process: for programs on this machine, and beside a cluster of any kind.

What other processes need stands in one private folder: `ca.pem`, `env`, `lab.json`, `admin.sock`.
"""

import json
import os
import shlex
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from joserfc.jwk import RSAKey

from keyferry.lab.azure.admin.service import Admin
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.seed import Seed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.serve import options as choices
from keyferry.lab.serve.admin import AdminServer
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.azure import AzureServer
from keyferry.lab.serve.issuers import HTTPS_PORT, Address, Issuers
from keyferry.lab.serve.options import Options
from keyferry.lab.serve.proxy import Proxy
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults

RSA_BITS: Final = 2048
TRUST_VARIABLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class AzureLab:
    """Runs between entering and leaving `async with`. PortInUseError when a port, or the folder, is taken.

    OptionError where an option cannot be followed; a FolderError is one.
    """

    def __init__(self, seed: Seed, folder: Path, options: Options | None = None) -> None:
        self.seed = seed
        self.folder = folder
        self.options = options or Options()
        choices.check(self.options)
        self.clock = Clock()
        self.faults = Faults()
        self.authority = Authority(self.now())
        sources = Sources(random_bytes=os.urandom, rsa_key=lambda: RSAKey.generate_key(RSA_BITS))
        self.azure = Azure(seed, self.now(), sources)
        self.issuers = Issuers(self.options.issuers)
        self._azure_server = AzureServer(
            self.azure,
            now=self.now,
            faults=self.faults,
            issuers=self.issuers,
            issuer_trust=choices.trust(self.authority.certificate_pem.decode(), self.options.issuer_ca),
        )
        self._proxy = Proxy(self._route)
        self._admin = AdminServer(Admin(azure=self.azure, faults=self.faults, clock=self.clock), self.now)
        self._stack = AsyncExitStack()

    def now(self) -> datetime:
        """Return the lab's instant."""
        return self.clock.now(datetime.now(UTC))  # noqa: TID251  (the lab's own clock starts at the machine's)

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
        }

    @property
    def azure_address(self) -> Address:
        """Where Azure listens itself, for programs that find it by their hosts file."""
        return Address(host=self.options.reachable, port=self._azure_server.port)

    async def __aenter__(self) -> Self:
        choices.make_folder(self.folder)
        choices.check_bindable(self.options.bind)
        async with AsyncExitStack() as stack:
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

    def _route(self, host: str, port: int) -> tuple[str, int] | None:
        """Real host names lead to the lab's servers and the issuers, and nothing leads out."""
        issuer = self.issuers.at(host.lower(), port)
        if issuer is not None:
            return issuer.host, issuer.port
        if port == HTTPS_PORT and self.azure.service(host.lower()) is not None:
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
