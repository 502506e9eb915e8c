"""The Azure provider: a mount's parameters become files. Called by mount.keeper, mount.publisher and provider_server.

Parameters are parsed, the identity is found, the vault is asked, the files are made; while no vault answers, the node's
last good copies may do in its place.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from keyferry.identity.federation.clouds import Cloud
from keyferry.model.errors import KeyferryError, SpecError, Unavailable, Where
from keyferry.model.secrets import VaultUrl
from keyferry.model.wellknown import SERVE_STALE_ANNOTATION
from keyferry.mount.azure import clouds, identities
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.identities import IdentityPolicy
from keyferry.mount.azure.observe import Access, Freshness, Observation, Observed, Source
from keyferry.mount.azure.render import Forms, render
from keyferry.mount.state import Delivery, Mount
from keyferry.spec import azure_mount
from keyferry.spec.azure_mount import AzureMount
from keyferry.spec.secret_provider_class import KIND


class CloudOf(Protocol):
    """Where the clouds' addresses come from: mount.azure.cloud_files' CloudFiles."""

    async def cloud_of(self, mount: AzureMount, where: Where) -> Cloud:
        """Return the cloud that a mount names, or the process's own. Raises SpecError or NotFound."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRules:
    """What whoever runs the node plugin decided for all mounts."""

    identities: IdentityPolicy = field(default_factory=IdentityPolicy)
    forms: Forms = field(default_factory=Forms)


class AzureProvider:
    """Implements mount.state.Provider. `copies` are None where no mount may be served from copies."""

    def __init__(
        self, source: Source, cloud_files: CloudOf, rules: ProviderRules, copies: Copies | None = None
    ) -> None:
        self._source = source
        self._cloud_files = cloud_files
        self._rules = rules
        self._copies = copies

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        """Return the files of a volume, no older than `interval`; with `fresh`, no older than this call.

        Raises SpecError, GrantError, NotFound, Throttled or Unavailable. An error of an object names it by objectType,
        objectName and objectVersion.
        """
        where = Where(kind=KIND, namespace=mount.pod.namespace, name=mount.class_name)
        azure = azure_mount.parse(mount.parameters, where=where)
        _check_stale(mount, azure, where)
        access = await self._access(mount, azure, where)
        observation = Observation(self._source, access, Freshness(interval=interval, fresh=fresh))
        try:
            observed = await observation.of(azure.objects)
        except KeyferryError as failure:
            stale = await self._in_its_place(mount, azure, access, observation, failure)
            if stale is None:
                raise
            return self._delivery(mount, stale, is_stale=True)
        if self._copies is not None and mount.serve_stale:
            await self._copies.keep(access.identity, observed)
        return self._delivery(mount, observed)

    async def _access(self, mount: Mount, azure: AzureMount, where: Where) -> Access:
        cloud = await self._cloud_files.cloud_of(azure, where)
        return Access(
            identity=identities.identity_of(mount, azure, cloud, self._rules.identities),
            vault_url=clouds.vault_url(cloud, azure.vault_name),
            fallbacks=tuple(_address(cloud, vault) for vault in mount.fallback_vaults),
        )

    async def _in_its_place(
        self, mount: Mount, azure: AzureMount, access: Access, observation: Observation, failure: KeyferryError
    ) -> Observed | None:
        """Return the copies that may stand for what could not be read; let go of those that the vault refused."""
        if self._copies is None:
            return None
        await self._copies.drop_refused(access.identity, observation.refused)
        if mount.serve_stale is None or not isinstance(failure, Unavailable):
            return None
        return await self._copies.instead_of(failure, observation, azure.objects, mount.serve_stale)

    def _delivery(self, mount: Mount, observed: Observed, *, is_stale: bool = False) -> Delivery:
        return Delivery(
            payload=render(observed.obtained, self._rules.forms, mode=mount.mode),
            watched=observed.watched,
            vault_url=observed.vault_url,
            instead_of=observed.instead_of,
            stale_since=observed.at if is_stale else None,
            verified_at=observed.at,
        )


def _check_stale(mount: Mount, azure: AzureMount, where: Where) -> None:
    """Copies are of values and not of lists, and which versions were the newest only a list tells."""
    if mount.serve_stale is None or not any(wanted.history for wanted in azure.objects):
        return
    raise SpecError(
        what=f"{KIND} {mount.pod.namespace}/{mount.class_name} cannot be served from copies",
        cause=f"objectVersionHistory and the annotation {SERVE_STALE_ANNOTATION} do not go together",
        remedy="remove the annotation, or mount the history by a class of its own",
        where=where,
    )


def _address(cloud: Cloud, vault: str) -> VaultUrl:
    return VaultUrl(vault) if "/" in vault else clouds.vault_url(cloud, vault)
