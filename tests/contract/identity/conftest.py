"""The lab's Entra over TLS and its metadata endpoint, and keyferry's pool of credentials on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Response
from keyferry.model.errors import Where
from keyferry.model.identity import ClientId, Identity, ManagedIdentity, ProjectedIdentity, ServicePrincipal, TenantId
from keyferry.model.secrets import SecretValue
from tests.fakes import azure_world, entra_clients, lab_azure, vault_subjects
from tests.fakes.azure_world import World
from tests.fakes.entra_clients import APPLICATION
from tests.fakes.offset_clock import OffsetClock

AUTHORITY = "https://login.microsoftonline.com"
SECRET = "good/secret+1"
ENDED = "old-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A running lab and keyferry's way into it."""

    world: World
    credentials: Credentials
    clock: OffsetClock

    def advance(self, by: timedelta) -> None:
        """Let time pass, in the lab and for keyferry."""
        self.world.clock.advance(by)
        self.clock.advance(by)

    def identity(self, kind: str) -> Identity:
        """An identity of `kind` that the lab knows."""
        match kind:
            case "workload":
                return vault_subjects._lab_identity(lab_azure.READER)
            case "projected":
                return ProjectedIdentity(
                    tenant_id=TenantId(lab_azure.TENANT),
                    client_id=ClientId(lab_azure.READER),
                    authority_host=AUTHORITY,
                    token_file=self.world.token_file(),
                )
            case "managed":
                return ManagedIdentity(client_id=ClientId(lab_azure.READER))
            case "secret":
                return principal(secret=SECRET.encode())
            case "pem":
                return principal(certificate=entra_clients.client_key().both_pem)
            case _:
                return principal(certificate=entra_clients.client_key().pfx)

    def counts(self) -> list[tuple[str, int, int]]:
        """Operation, status and number of the requests to Entra so far."""
        return [(count.operation, count.status, count.number) for count in self.world.azure.counts()]


def principal(
    *, secret: bytes | None = None, certificate: bytes | None = None, client: str = APPLICATION
) -> ServicePrincipal:
    """The lab's application with a stored credential."""
    return ServicePrincipal(
        tenant_id=TenantId(lab_azure.TENANT),
        client_id=ClientId(client),
        authority_host=AUTHORITY,
        source=Where(kind="Secret", namespace="apps", name="azure"),
        secret=SecretValue(secret) if secret is not None else None,
        certificate=SecretValue(certificate) if certificate is not None else None,
    )


@pytest.fixture
async def subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Subject]:
    secrets = [{"value": SECRET}, {"name": "old", "value": ENDED, "expires": "2020-01-02T00:00:00Z"}]
    changes = {
        "applications": [entra_clients.application(secrets=secrets)],
        "machine": {"identities": ["reader", "officer"]},
    }
    async with azure_world.running(tmp_path, **changes) as (world, proxy), _imds(world) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
        async with open_session(extra_ca=Path(world.ca_file)) as session:
            clock = OffsetClock()
            credentials = Credentials(vault_subjects.LabTokens(world), session, clock)
            yield Subject(world=world, credentials=credentials, clock=clock)
            await credentials.aclose()


@asynccontextmanager
async def _imds(world: World) -> AsyncIterator[str]:
    async def serve(request: Request) -> Response:
        return world.azure.imds.handle(request, world.now())

    listener = Listener(serve, world.now)
    await listener.open(context=None)
    yield f"http://127.0.0.1:{listener.port}"
    await listener.close()
