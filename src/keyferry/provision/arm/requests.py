"""An estate as requests to Azure Resource Manager, in the order in which one needs the answers of another. Pure.

It makes what Terraform would, for places without Terraform: the lab. What is there already and as wanted is left alone,
so it can be done again at any time. Roles come from `provision.grants`, as Terraform's do.
"""

from dataclasses import dataclass

from keyferry.model.errors import GrantError, SpecError
from keyferry.provision.arm import addresses, bodies, trusting, watching
from keyferry.provision.arm.ensuring import Deed, Ensured, Resource, ensure, there
from keyferry.provision.arm.wire import Dialogue
from keyferry.provision.grants import grants
from keyferry.provision.outputs import MadeIdentity, Outputs
from keyferry.spec.estate.estate import (
    Cluster,
    Estate,
    Events,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    Identity,
    Monitoring,
    NewAks,
    NewVault,
    OidcCluster,
    Vault,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One resource and what was done to it."""

    about: str
    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What an estate's making came to. `left_out` says in sentences what Terraform would make and this does not."""

    outputs: Outputs
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]

    @property
    def changed(self) -> tuple[Step, ...]:
        """The steps that changed something."""
        return tuple(step for step in self.steps if step.deed is not Deed.NOTHING)


def provision(estate: Estate) -> Dialogue[Provisioned]:
    """Return what manifests need to know, once everything is there.

    NotFound, GrantError or SpecError where something that should exist does not, or is not fit for it; Unavailable
    where Azure does not come to an end with something.
    """
    making = _Making(estate)
    outputs = yield from making.everything()
    steps = tuple(Step(about=each.about, deed=each.deed) for each in making.done)
    return Provisioned(outputs=outputs, steps=steps, left_out=tuple(_left_out(estate)))


class _Making:
    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._azure = estate.azure
        self._locations: dict[str, str] = {}
        self.done: list[Ensured] = []

    def everything(self) -> Dialogue[Outputs]:
        """Make all of it, and return what came of it."""
        yield from self._group()
        issuer = yield from self._issuer(self._estate.cluster)
        urls: dict[str, str] = {}
        for vault in self._estate.vaults:
            urls[vault.name] = yield from self._vault(vault)
        identities: dict[str, MadeIdentity] = {}
        for identity in self._estate.identities:
            identities[identity.name] = yield from self._identity(identity)
        for site in self._estate.sites:
            self.done.append((yield from trusting.trust(self._estate, site, issuer)))
        for grant in grants(self._estate):
            principal_id = identities[grant.identity].principal_id
            self.done.append((yield from trusting.assign(self._estate, grant, principal_id)))
        yield from self._watch()
        return Outputs(issuer=issuer, identities=identities, vault_urls=urls)

    def _ensure(self, resource: Resource) -> Dialogue[Ensured]:
        ensured = yield from ensure(resource)
        self.done.append(ensured)
        return ensured

    def _there(self, path: str, version: str, about: str, remedy: str) -> Dialogue[Ensured]:
        found = yield from there(path, version, about, remedy)
        self.done.append(found)
        return found

    def _group(self) -> Dialogue[None]:
        group, path = self._azure.resource_group, addresses.group(self._azure)
        about, version = f"resource group {group.name}", addresses.GROUPS_VERSION
        if group.is_existing:
            yield from self._there(path, version, about, "correct its name, or leave out `existing` to have it made")
            return
        yield from self._ensure(Resource(id=path, version=version, about=about, body=bodies.placed(self._azure)))

    def _issuer(self, cluster: Cluster) -> Dialogue[str]:
        if isinstance(cluster, OidcCluster) or (isinstance(cluster, ExistingAks) and cluster.issuer):
            return cluster.issuer
        path, version = addresses.cluster(self._azure, cluster), addresses.CLUSTERS_VERSION
        about = f"cluster {cluster.name}"
        if isinstance(cluster, ExistingAks):
            found = yield from self._there(path, version, about, "correct its name and resourceGroup, or use `create`")
        else:
            found = yield from self._ensure(
                Resource(id=path, version=version, about=about, body=bodies.cluster(self._azure, cluster))
            )
        issuer = (found.properties.get("oidcIssuerProfile") or {}).get("issuerURL")
        if not issuer:
            raise SpecError(
                what=f"{about} has no OIDC issuer, so Entra cannot trust its tokens",
                cause="its oidcIssuerProfile is not enabled",
                remedy=f"az aks update --name {cluster.name} --enable-oidc-issuer --enable-workload-identity",
            )
        return str(issuer)

    def _vault(self, vault: Vault) -> Dialogue[str]:
        if addresses.is_foreign(self._azure, vault):
            return addresses.vault_url(self._azure, vault.name)
        path, version, about = addresses.vault(self._azure, vault), addresses.VAULTS_VERSION, f"vault {vault.name}"
        if isinstance(vault, ExistingVault):
            found = yield from self._there(path, version, about, "correct its name and resourceGroup, or have it made")
            if not found.properties.get("enableRbacAuthorization"):
                raise GrantError(
                    what=f"{about} goes by access policies, and roles on it mean nothing",
                    cause="its enableRbacAuthorization is not on",
                    remedy="give roles to those who reach it by a policy now, and then: "
                    f"az keyvault update --name {vault.name} --enable-rbac-authorization true",
                )
        else:
            found = yield from self._ensure(
                Resource(id=path, version=version, about=about, body=bodies.vault(self._azure, vault))
            )
        self._locations[vault.name] = str(found.content["location"])
        return str(found.properties["vaultUri"]).rstrip("/")

    def _identity(self, identity: Identity) -> Dialogue[MadeIdentity]:
        path, version = addresses.identity(self._azure, identity), addresses.IDENTITIES_VERSION
        about = f"identity {identity.name}"
        if isinstance(identity, ExistingIdentity):
            found = yield from self._there(path, version, about, "correct its name and resourceGroup, or have it made")
        else:
            found = yield from self._ensure(
                Resource(id=path, version=version, about=about, body=bodies.placed(self._azure))
            )
        told = found.properties
        return MadeIdentity(
            client_id=str(told["clientId"]),
            principal_id=str(told["principalId"]),
            tenant_id=str(told["tenantId"]),
        )

    def _watch(self) -> Dialogue[None]:
        events, monitoring = self._estate.events, self._estate.monitoring
        own = [vault for vault in self._estate.vaults if not addresses.is_foreign(self._azure, vault)]
        if events is not None and events.application:
            for vault in own:
                yield from self._subscribe(vault, events)
        if monitoring is not None:
            workspace_id = yield from self._workspace(monitoring)
            for vault in own:
                path, about = addresses.vault(self._azure, vault), f"audit log of {vault.name}"
                yield from self._ensure(watching.audit(self._estate, workspace_id, path, about))

    def _subscribe(self, vault: Vault, events: Events) -> Dialogue[None]:
        topic = watching.topic(
            self._estate, vault.name, addresses.vault(self._azure, vault), self._locations[vault.name]
        )
        yield from self._ensure(topic)
        about = f"event subscription of {vault.name}"
        yield from self._ensure(watching.subscription(self._estate, events, topic.id, about))

    def _workspace(self, monitoring: Monitoring) -> Dialogue[str]:
        if monitoring.workspace_id:
            return monitoring.workspace_id
        made = yield from self._ensure(watching.workspace(self._estate, monitoring))
        return str(made.content["id"])


def _left_out(estate: Estate) -> list[str]:
    told = [
        f"the private endpoint of vault {vault.name}"
        for vault in estate.vaults
        if isinstance(vault, NewVault) and vault.private_endpoint is not None
    ]
    if isinstance(estate.cluster, NewAks) and not estate.cluster.admin_group_ids:
        told.append(f"the role by which whoever makes cluster {estate.cluster.name} administrates it")
    if estate.events is not None and not estate.events.application:
        told.append("event subscriptions: without an `application` they need a key, which no estate holds")
    if estate.monitoring is not None:
        told.append("alerts and whom they are mailed to")
    return told
