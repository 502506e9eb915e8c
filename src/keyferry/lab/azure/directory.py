"""Tenants, managed identities and applications: what Entra, ARM and the metadata endpoint know together.

Everything here is plain data that changes at once; `Delays` says how much later Entra notices.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.seed.declaration import (
    ApplicationSeed,
    ClientCertificate,
    ClientSecret,
    DelaysSeed,
    FederatedCredential,
    IdentitySeed,
    MachineSeed,
    Seed,
    TenantSeed,
)


@dataclass(slots=True, kw_only=True)
class Delays:
    """How long Entra takes to notice, in seconds of the lab's clock; settable at any time.

    https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations tells of the first and of
    the last, https://learn.microsoft.com/azure/role-based-access-control/troubleshooting of the second.
    """

    federated_credential_seconds: float = 0.0  # a credential written, changed or removed
    principal_seconds: float = 0.0  # a new identity, as client and as a principal of role assignments
    negative_answer_seconds: float = 0.0  # an assertion refused for want of a credential is refused again, unlooked at


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialChange:
    """One write of a federated credential; `before` is what Entra goes on to see for a while, None for nothing."""

    name: str  # lower case
    before: FederatedCredential | None
    at: datetime


@dataclass(slots=True, kw_only=True)
class Identity:
    """A managed identity. Its federated credentials change while the lab runs; the rest does not."""

    name: str
    client_id: str
    principal_id: str
    tenant_id: str
    resource_id: str
    location: str
    credentials: dict[str, FederatedCredential] = field(default_factory=dict)  # by name, lower case
    changes: list[CredentialChange] = field(default_factory=list)  # the oldest first
    created: datetime | None = None  # None: it was always there


@dataclass(slots=True, kw_only=True)
class Application:
    """An app registration and its service principal, with whatever it proves itself by."""

    name: str
    client_id: str
    principal_id: str  # the service principal's object id
    tenant_id: str
    secrets: list[ClientSecret] = field(default_factory=list)
    certificates: list[ClientCertificate] = field(default_factory=list)
    credentials: dict[str, FederatedCredential] = field(default_factory=dict)  # by name, lower case
    changes: list[CredentialChange] = field(default_factory=list)  # the oldest first
    created: datetime | None = None  # None: it was always there


@dataclass(slots=True, kw_only=True)
class Machine:
    """What the metadata endpoint speaks for. It lends the identities with these ARM ids, and its own."""

    name: str
    tenant_id: str
    resource_id: str
    location: str
    identities: list[str]
    own: list[Identity]  # the system-assigned one, or none


Client = Identity | Application


class Directory:
    """Finds tenants and clients by the ids that requests carry; case does not matter."""

    def __init__(self, seed: Seed) -> None:
        self.tenants = seed.tenants
        self.identities = [_identity(each, None) for each in seed.identities]
        self.applications = [_application(each) for each in seed.applications]
        self.machine = _machine(seed.machine)
        self.delays = _delays(seed.delays)

    def tenant(self, id_or_domain: str, cloud: Cloud) -> TenantSeed | None:
        """Return the tenant of `cloud` that is called so."""
        wanted = id_or_domain.lower()
        return next((each for each in self.tenants if each.cloud is cloud and wanted in (each.id, each.domain)), None)

    def tenant_by_id(self, tenant_id: str) -> TenantSeed | None:
        """Return the tenant with this GUID, whatever its cloud."""
        return next((each for each in self.tenants if each.id == tenant_id), None)

    def client(self, tenant_id: str, client_id: str, now: datetime) -> Client | None:
        """Return the tenant's client with this id, as Entra sees it at `now`."""
        wanted = (tenant_id, client_id.lower())
        found = next((each for each in self.clients() if (each.tenant_id, each.client_id) == wanted), None)
        return found if found is not None and self._is_noticed(found, now) else None

    def clients(self) -> tuple[Client, ...]:
        """Return every identity and application, the machine's own identity among them."""
        return (*self.identities, *self.applications, *self.machine.own)

    def identity_at(self, resource_id: str) -> Identity | None:
        """Return the identity with this ARM id."""
        return next((each for each in self.identities if each.resource_id.lower() == resource_id.lower()), None)

    def knows_principal(self, principal_id: str, now: datetime) -> bool:
        """Tell whether a client that was noticed by `now` has this principal id."""
        wanted = principal_id.lower()
        return any(each.principal_id == wanted and self._is_noticed(each, now) for each in self.clients())

    def add_identity(self, seed: IdentitySeed, now: datetime) -> Identity:
        """Add an identity that ARM shows at once and Entra knows when `Delays.principal_seconds` are over.

        ValueError where its ARM id or client id is taken.
        """
        if self.identity_at(seed.resource_id) is not None:
            raise ValueError(f"the identity {seed.resource_id} exists")
        if any(each.client_id == seed.client_id for each in self.clients()):
            raise ValueError(f"the client id {seed.client_id} is taken")
        identity = _identity(seed, now)
        self.identities.append(identity)
        return identity

    def remove_identity(self, resource_id: str) -> Identity | None:
        """Forget an identity and return it, None where there was none. Role assignments for it stay behind."""
        identity = self.identity_at(resource_id)
        if identity is not None:
            self.identities.remove(identity)
        return identity

    def put_credential(self, client: Client, credential: FederatedCredential, now: datetime) -> bool:
        """Write a federated credential and tell whether it is new. Rules of names and numbers are the caller's."""
        name = credential.name.lower()
        self._remember(client, name, now)
        client.credentials[name] = credential
        return client.changes[-1].before is None

    def remove_credential(self, client: Client, name: str, now: datetime) -> FederatedCredential | None:
        """Forget a federated credential and return it, None where there was none."""
        if name.lower() not in client.credentials:
            return None
        self._remember(client, name.lower(), now)
        return client.credentials.pop(name.lower())

    def credentials_seen(self, client: Client, now: datetime) -> tuple[FederatedCredential, ...]:
        """Return the federated credentials that Entra goes by at `now`: changes count when their delay is over."""
        seen: dict[str, FederatedCredential | None] = dict(client.credentials)
        for change in reversed(self._unnoticed(client, now)):
            seen[change.name] = change.before
        return tuple(each for each in seen.values() if each is not None)

    def is_propagating(self, client: Client, now: datetime) -> bool:
        """Tell whether Entra has a change of the client's federated credentials still to notice."""
        return bool(self._unnoticed(client, now))

    def _remember(self, client: Client, name: str, now: datetime) -> None:
        client.changes = self._unnoticed(client, now)
        client.changes.append(CredentialChange(name=name, before=client.credentials.get(name), at=now))

    def _unnoticed(self, client: Client, now: datetime) -> list[CredentialChange]:
        delay = timedelta(seconds=self.delays.federated_credential_seconds)
        return [change for change in client.changes if now < change.at + delay]

    def _is_noticed(self, client: Client, now: datetime) -> bool:
        if client.created is None:
            return True
        return now >= client.created + timedelta(seconds=self.delays.principal_seconds)


def _identity(seed: IdentitySeed, created: datetime | None) -> Identity:
    return Identity(
        name=seed.name,
        client_id=seed.client_id,
        principal_id=seed.principal_id,
        tenant_id=seed.tenant_id,
        resource_id=seed.resource_id,
        location=seed.location,
        credentials={credential.name.lower(): credential for credential in seed.federated_credentials},
        created=created,
    )


def _application(seed: ApplicationSeed) -> Application:
    return Application(
        name=seed.name,
        client_id=seed.client_id,
        principal_id=seed.principal_id,
        tenant_id=seed.tenant_id,
        secrets=list(seed.secrets),
        certificates=list(seed.certificates),
        credentials={credential.name.lower(): credential for credential in seed.federated_credentials},
    )


def _machine(seed: MachineSeed) -> Machine:
    return Machine(
        name=seed.name,
        tenant_id=seed.tenant_id,
        resource_id=seed.resource_id,
        location=seed.location,
        identities=list(seed.identities),
        own=[_identity(each, None) for each in seed.own],
    )


def _delays(seed: DelaysSeed) -> Delays:
    return Delays(
        federated_credential_seconds=seed.federated_credential_seconds,
        principal_seconds=seed.principal_seconds,
        negative_answer_seconds=seed.negative_answer_seconds,
    )
