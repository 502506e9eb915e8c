"""Reads what concerns the webhook's certificate: its Secret, and the configurations that lead API servers here.

Needs "get" on the one Secret and on the named configurations.
"""

from typing import TYPE_CHECKING

from keyferry.admit.certificates import registrations
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING, Registered
from keyferry.admit.certificates.settings import Registration
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, Resource
from keyferry.model.errors import GrantError, NotFound

if TYPE_CHECKING:
    from keyferry.admit.certificates.held import Found


class Observer:
    """Reads one webhook's Secret and configurations. What the API server refuses otherwise goes through."""

    def __init__(self, client: Client, registration: Registration) -> None:
        self._client = client
        self._named = (
            *((MUTATING, name) for name in registration.mutating),
            *((VALIDATING, name) for name in registration.validating),
        )

    async def secret(self, key: Key) -> "Found | None":
        """Return what the Secret holds, None where there is none."""
        from keyferry.admit.certificates import held  # noqa: PLC0415  (with x509: 9 MiB that files need not)

        try:
            return await self._client.get(SECRETS, key, held.decode)
        except NotFound:
            return None

    async def registered(self) -> tuple[Registered, ...]:
        """Return every configuration by its name; what is not there, or must not be read, says so."""
        return tuple([await self._one(resource, name) for resource, name in self._named])

    async def _one(self, resource: Resource, name: str) -> Registered:
        try:
            document = await self._client.get(resource, Key(name=name), registrations.decode)
        except NotFound:
            return Registered(resource=resource, name=name)
        except GrantError as refusal:
            return Registered(resource=resource, name=name, refusal=refusal)
        return Registered(resource=resource, name=name, document=document)
