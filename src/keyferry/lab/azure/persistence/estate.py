"""The tables of the whole Azure but for what its vaults hold."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from keyferry.lab.azure import clouds
from keyferry.lab.azure.assignments import Assignments, Seen
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.directory import Application, Identity
from keyferry.lab.azure.entra.issuers import Issuers
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.knobs import Knobs
from keyferry.lab.azure.keyvault.revocations import Revocation
from keyferry.lab.azure.keyvault.shelf import Shelf
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import DeletedVault, Vaults
from keyferry.lab.azure.persistence.tables import Table, listed, mapped, of_fields, single
from keyferry.lab.azure.role import Role
from keyferry.lab.azure.seed import Seed
from keyferry.lab.azure.signing_keys import SigningKey, SigningKeys

SIGNING_KEYS = "signing-keys"
EVENTS = ("events.outgoing", "events.planned", "events.published")


def tables(azure: Azure) -> tuple[Table, ...]:
    """Return every table, in the order in which they are put back."""
    return tuple(_tables(azure))


def _tables(azure: Azure) -> Iterator[Table]:
    directory, assignments = azure.directory, azure.assignments
    yield listed("identities", Identity, lambda: directory.identities, lambda each: each.resource_id.lower())
    yield listed("applications", Application, lambda: directory.applications, lambda each: each.client_id)
    yield from of_fields("machine", directory.machine)
    yield from of_fields("delays", directory.delays)
    yield mapped("assignments", Seen, lambda: assignments.in_force)
    yield listed("fading-assignments", Seen, lambda: assignments.fading, _fading)
    yield _delay(assignments)
    yield mapped("roles", Role, lambda: assignments.roles.custom)
    yield from _vaults(azure.vaults)
    yield _signing_keys(azure.tokens.keys)
    yield listed("revocations", Revocation, lambda: azure.keyvault.revocations.given, _revocation)
    yield from of_fields("arm", azure.resources)
    yield from of_fields("events", azure.grid.state)
    yield from of_fields("lifetimes", azure.entra.lifetimes)
    yield _issuer_keys(azure.entra.issuers)
    yield _event_knobs(azure.grid)


def _delay(assignments: Assignments) -> Table:
    def write(delay: timedelta) -> None:
        assignments.delay = delay

    return single("assignment-delay", timedelta, lambda: assignments.delay, write)


def _issuer_keys(issuers: Issuers) -> Table:
    def write(kept: timedelta) -> None:
        issuers.kept = kept

    return single("issuer-keys", timedelta, lambda: issuers.kept, write)


def _event_knobs(grid: EventGrid) -> Table:
    def write(knobs: Knobs) -> None:
        grid.knobs = knobs

    return single("event-knobs", Knobs, lambda: grid.knobs, write)


def _revocation(revocation: Revocation) -> str:
    return f"{revocation.vault}/{revocation.principal_id}"


def _fading(seen: Seen) -> str:
    return f"{seen.assignment.id}/{seen.counts_until}"


def _vaults(vaults: Vaults) -> Iterator[Table]:
    def bare() -> Mapping[str, Vault]:
        return {name: _bare(vault) for name, vault in vaults.live.items()}

    def take(rows: Mapping[str, Vault]) -> None:
        vaults.live.clear()
        vaults.live.update({name: _known(vault) for name, vault in rows.items()})

    def gone() -> Mapping[str, DeletedVault]:
        return {name: replace(deleted, vault=_bare(deleted.vault)) for name, deleted in vaults.gone.items()}

    def take_gone(rows: Mapping[str, DeletedVault]) -> None:
        vaults.gone.clear()
        vaults.gone.update({name: replace(deleted, vault=_known(deleted.vault)) for name, deleted in rows.items()})

    yield Table(name="vaults", type=Vault, rows=bare, take=take)
    yield Table(name="deleted-vaults", type=DeletedVault, rows=gone, take=take_gone)


def _bare(vault: Vault) -> Vault:
    """Return the vault without the objects that have rows of their own."""
    empty = replace(vault.objects, secrets=Shelf(), keys=Shelf(), certificates=Shelf())
    return replace(vault, objects=empty)


def _known(vault: Vault) -> Vault:
    """Return the vault with the cloud that there is, and not one that is equal to it."""
    cloud = clouds.named(vault.cloud.name)
    return replace(vault, cloud=cloud or vault.cloud)


def _signing_keys(keys: SigningKeys) -> Table:
    def write(kept: list[SigningKey]) -> None:
        keys.keys = kept

    return single(SIGNING_KEYS, list[SigningKey], lambda: keys.keys, write)


def restored_seed(seed: Seed) -> Seed:
    """Return the seed with the clouds that there are, and not ones that are equal to them."""
    tenants = tuple(replace(tenant, cloud=clouds.named(tenant.cloud.name) or tenant.cloud) for tenant in seed.tenants)
    return replace(seed, tenants=tenants)
