"""What the platform engineer does to Azure in the stories about mounted files, and what Azure has counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from azure.keyvault.secrets.aio import SecretClient
from azure.mgmt.authorization.aio import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from keyferry.cli import engineer as engineers
from keyferry.cli.engineer import Engineer
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.lab.serve.lab import Lab
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from tests.scenario.mount_manifests import HOST
from tests.scenario.stage import READER

URL: Final = f"https://{HOST}"


class Vault:
    """The stage's vault, from the engineer's side."""

    def __init__(self, lab: Lab, engineer: Engineer, http: aiohttp.ClientSession) -> None:
        self._lab = lab
        self._engineer = engineer
        self._http = http

    async def rotate(self, name: str, value: str) -> None:
        """Store a new version of a secret."""
        await self._engineer.set_secret(URL, name, value)

    async def delete(self, name: str) -> None:
        """Delete a secret; soft delete keeps it."""
        await self._secrets().delete_secret(name)

    async def recover(self, name: str) -> None:
        """Bring a deleted secret back."""
        await self._secrets().recover_deleted_secret(name)

    @asynccontextmanager
    async def closed_to_reader(self) -> AsyncIterator[None]:
        """Take the reader's role at the vault away, and give it back at the end."""
        scope = self._lab.seed.vaults[0].resource_id
        reader = next(one.principal_id for one in self._lab.seed.identities if one.client_id == READER)
        async with AuthorizationManagementClient(
            self._credential(), self._lab.seed.tenants[0].subscription_id, transport=self._transport()
        ) as management:
            roles: Any = management.role_assignments
            found = [one async for one in roles.list_for_scope(scope, filter=f"principalId eq '{reader}'")]
            (held,) = (one for one in found if one.scope.lower() == scope.lower())
            await roles.delete(scope, held.name)
            try:
                yield
            finally:
                again = RoleAssignmentCreateParameters(
                    role_definition_id=held.role_definition_id, principal_id=reader, principal_type="ServicePrincipal"
                )
                await roles.create(scope, held.name, again)

    @asynccontextmanager
    async def outage(self, *, host: str = HOST) -> AsyncIterator[None]:
        """Have a vault reset every connection of who reads; the engineer's writes arrive."""
        number = self._lab.faults.add(Service.VAULT, Rule(fault=Fault(kind=Kind.RESET), host=host, method="GET"))
        try:
            yield
        finally:
            self._lab.faults.remove(number)

    def gets(self, name: str = "") -> int:
        """Return how many values of the secret `name` were read, of all secrets if none is told."""
        records = [each for each in self._lab.azure.audit if each.operation == "SecretGet"]
        return sum(1 for each in records if not name or f"/secrets/{name}" in each.object_id)

    def _secrets(self) -> SecretClient:
        return SecretClient(URL, self._credential(), transport=self._transport())

    def _credential(self) -> Any:
        return self._engineer.credentials.of(self._engineer.identity_of(engineers.NAME, engineers.ACCOUNT))

    def _transport(self) -> SharedTransport:
        return SharedTransport(self._http, Proxies())
