"""Puts something into a lab's vaults for each object that an estate's sites name, as whoever owns the vaults would.

Through the vendor's own clients and the vaults' data plane. What is there already stays as it is.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

from keyferry.identity.credential import Credential
from keyferry.identity.http import SharedTransport
from keyferry.model.errors import GrantError, foreign
from keyferry.provision.manifests.secrets import is_pull_login
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import ObjectType

RANDOM_BYTES: Final = 24
_ORDER: Final = (ObjectType.CERTIFICATE, ObjectType.KEY, ObjectType.SECRET)  # a certificate brings key and secret along


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Wanted:
    """An object of a vault that somebody reads."""

    rank: int
    vault: str
    name: str
    type: ObjectType
    is_pull_login: bool = False

    def __str__(self) -> str:
        return f"{self.type} {self.vault}/{self.name}"


def wanted(estate: Estate) -> tuple[Wanted, ...]:
    """Return each object once: those that bring others along first."""
    found: dict[tuple[str, str, ObjectType], Wanted] = {}
    for secret in (secret for site in estate.sites for secret in site.secrets):
        key = (secret.vault, secret.name.lower(), secret.type)
        login = is_pull_login(secret) or (key in found and found[key].is_pull_login)
        rank = _ORDER.index(secret.type)
        found[key] = Wanted(rank=rank, vault=secret.vault, name=secret.name, type=secret.type, is_pull_login=login)
    return tuple(sorted(found.values()))


class Values:
    """Writes as `credential`, who needs the officers' roles on the vaults. Nothing of a value is kept or told."""

    def __init__(self, credential: Credential, transport: SharedTransport, urls: Mapping[str, str]) -> None:
        self._options: dict[str, Any] = {"credential": credential, "transport": transport, "retry_total": 2}
        self._urls = urls

    async def put(self, objects: Iterable[Wanted]) -> tuple[Wanted, ...]:
        """Return what was made. GrantError where a vault does not take it."""
        return tuple([each for each in objects if await self._put(each)])

    async def _put(self, each: Wanted) -> bool:
        makers = {
            ObjectType.SECRET: self._secret,
            ObjectType.CERTIFICATE: self._certificate,
            ObjectType.KEY: self._key,
        }
        try:
            return await makers[each.type](self._urls[each.vault], each)
        except AzureError as refusal:
            status = refusal.status_code if isinstance(refusal, HttpResponseError) else None
            raise GrantError(
                what=f"the vault did not take the {each}",
                cause=f"HTTP {status}" if status else foreign(type(refusal).__name__),
                remedy="see that its firewall lets this machine in, and that no deleted object of this name is kept",
            ) from None

    async def _secret(self, url: str, each: Wanted) -> bool:
        from azure.keyvault.secrets.aio import SecretClient  # noqa: PLC0415  (each client is loaded when needed)

        client = SecretClient(url, **self._options)
        with suppress(ResourceNotFoundError):
            async for _ in client.list_properties_of_secret_versions(each.name):
                return False
        await client.set_secret(each.name, _made_up(each), content_type="text/plain")
        return True

    async def _certificate(self, url: str, each: Wanted) -> bool:
        """The key and the chain are PEM: what a site reads of it as a secret is text."""
        from azure.keyvault.certificates import CertificatePolicy  # noqa: PLC0415  (as above)
        from azure.keyvault.certificates.aio import CertificateClient  # noqa: PLC0415  (as above)

        client = CertificateClient(url, **self._options)
        try:
            await client.get_certificate(each.name)
        except ResourceNotFoundError:
            policy = CertificatePolicy("Self", subject=f"CN={each.name[:64]}", content_type="application/x-pem-file")
            await client.create_certificate(each.name, policy)
            return True
        return False

    async def _key(self, url: str, each: Wanted) -> bool:
        from azure.keyvault.keys.aio import KeyClient  # noqa: PLC0415  (as above)

        client = KeyClient(url, **self._options)
        try:
            await client.get_key(each.name)
        except ResourceNotFoundError:
            await client.create_rsa_key(each.name, size=2048)
            return True
        return False


def _made_up(each: Wanted) -> str:
    """By chance, but a login for images has the form without which no API server takes it."""
    chance = secrets.token_urlsafe(RANDOM_BYTES)
    return json.dumps({"auths": {"registry.invalid": {"auth": chance}}}) if each.is_pull_login else chance
