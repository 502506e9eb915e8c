"""The lab's Azure on real sockets, reached as in the field: real host names, an HTTPS proxy and a CA to trust."""

import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from azure.identity import WorkloadIdentityCredential
from azure.identity.aio import WorkloadIdentityCredential as AsyncWorkloadIdentityCredential
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient

from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.azure import AzureServer
from keyferry.lab.serve.issuers import Address, Entry, Issuers
from keyferry.lab.serve.listener import Listener
from keyferry.lab.serve.proxy import Proxy
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Faults
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure

VAULT_URL = "https://kv-one.vault.azure.net"
QUICK: dict[str, Any] = {"retry_backoff_factor": 0.01, "connection_timeout": 5, "read_timeout": 5}


@dataclass(kw_only=True)
class World:
    """The servers that run, and the test's hand on them."""

    azure: Azure
    faults: Faults
    clock: Clock
    folder: Path
    port: int = 0  # where Azure listens itself, beside the proxy
    published: dict[str, Response] = field(default_factory=lambda: dict(lab_azure.issuer_answers()))

    def now(self) -> datetime:
        """The lab's instant."""
        return self.clock.now(datetime.now(UTC))  # noqa: TID251  (servers on real sockets live in real time)

    @property
    def ca_file(self) -> str:
        """Where the CA's certificate lies."""
        return str(self.folder / "ca.pem")

    def token_file(self, key: str = "issuer", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Write a ServiceAccount token, as the kubelet would, and return the path."""
        issued = int(self.now().timestamp())
        claims = {"iat": issued, "nbf": issued, "exp": issued + 3600, **claims}
        path = self.folder / "token"
        path.write_text(lab_azure.assertion(key, header, **claims) + "\n")
        return str(path)

    def resign(self, path: str, algorithm: str) -> None:
        """Put another algorithm into the header of the token at `path`, which breaks its signature too."""
        _, claims, signature = Path(path).read_text().split(".")
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).decode().rstrip("=")
        Path(path).write_text(f"{header}.{claims}.{signature}")

    def transport(self) -> AioHttpTransport:
        """An async transport that trusts the lab and takes its proxy from the environment."""
        return AioHttpTransport(connection_verify=self.ca_file, use_env_settings=True)

    def credential(self, token_file: str | None = None, **changes: Any) -> AsyncWorkloadIdentityCredential:
        """The reader's credential."""
        return AsyncWorkloadIdentityCredential(
            **self._settings(token_file, changes), transport=self.transport(), **QUICK
        )

    def sync_credential(self, token_file: str | None = None, **changes: Any) -> WorkloadIdentityCredential:
        """The same, for callers that block."""
        transport = RequestsTransport(connection_verify=self.ca_file)
        return WorkloadIdentityCredential(**self._settings(token_file, changes), transport=transport, **QUICK)

    def secrets(self, credential: Any, vault_url: str = VAULT_URL) -> AsyncSecretClient:
        """A client of a vault."""
        return AsyncSecretClient(vault_url, credential, transport=self.transport(), **QUICK)

    def sync_secrets(self, credential: Any, vault_url: str = VAULT_URL) -> SecretClient:
        """The same, for callers that block."""
        return SecretClient(vault_url, credential, transport=RequestsTransport(connection_verify=self.ca_file), **QUICK)

    def officer_token(self) -> str:
        """The token file of the identity that may change secrets."""
        return self.token_file(sub=lab_azure.OFFICER_SUBJECT)

    def _settings(self, token_file: str | None, changes: dict[str, Any]) -> dict[str, Any]:
        return {
            "tenant_id": lab_azure.TENANT,
            "client_id": lab_azure.READER,
            "token_file_path": token_file or self.token_file(),
            **changes,
        }


@asynccontextmanager
async def running(folder: Path, **changes: Any) -> AsyncIterator[tuple[World, Proxy]]:
    """Run the lab's Azure, an issuer and the proxy, all on loopback, while entered; `changes` are of the seed."""
    clock, faults = Clock(), Faults()
    started = clock.now(datetime.now(UTC))  # noqa: TID251  (as above)
    authority = Authority(started - timedelta(minutes=1))
    (folder / "ca.pem").write_bytes(authority.certificate_pem)
    azure = Azure(seed.parse(lab_azure.document(**changes)), started, lab_azure.sources())
    world = World(azure=azure, faults=faults, clock=clock, folder=folder)

    async def publish(request: Request) -> Response:
        return world.published.get(f"https://{request.host}{request.path}", Response(status=404))

    issuer = Listener(publish, world.now)
    await issuer.open(context=authority.server_context(lab_azure.ISSUER_HOST))
    server = AzureServer(
        azure,
        now=world.now,
        faults=faults,
        issuers=Issuers([Entry(url=lab_azure.ISSUER, address=Address(host="127.0.0.1", port=issuer.port))]),
        issuer_trust=ssl.create_default_context(cadata=authority.certificate_pem.decode()),
    )
    await server.open(authority)
    world.port = server.port
    proxy = Proxy(lambda host, port: ("127.0.0.1", server.port) if port == 443 and azure.service(host) else None)
    await proxy.open()
    try:
        yield world, proxy
    finally:
        await proxy.close()
        await server.close()
        await issuer.close()
