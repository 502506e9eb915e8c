"""The lab's whole Azure: requests by host name to the service that answers there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from keyferry.lab.azure import clouds, conditions, graph
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.arm.planting import plant as plant_resources
from keyferry.lab.azure.arm.routing import Estate
from keyferry.lab.azure.arm.service import Arm
from keyferry.lab.azure.assignments import Assignment, Assignments
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.counters import Count, Counters
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.entra import answers
from keyferry.lab.azure.entra.service import Entra
from keyferry.lab.azure.eventgrid import callback, planting
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.imds.service import Imds
from keyferry.lab.azure.keyvault.audit import AuditLog
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.keyvault.service import KeyVault
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.registries import answers as registry_answers
from keyferry.lab.azure.registries.service import Registries
from keyferry.lab.azure.seed import Seed
from keyferry.lab.azure.seed.declaration import EntraSeed
from keyferry.lab.azure.signing_keys import SigningKeys
from keyferry.lab.azure.sources import Sources, named_guid
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Service
from keyferry.lab.world.http import Dialogue, Request, Response


class Azure:
    """One Azure, alive from `now` on as `seed` declares it. `handle` is its only way in."""

    def __init__(self, seed: Seed, now: datetime, sources: Sources) -> None:
        self._sources = sources
        self.directory = Directory(seed)
        self.assignments = _assignments(seed)
        tokens = self.tokens = AccessTokens(_signing_keys(seed.entra, now, sources))
        self._counters = Counters()
        self.entra = Entra.of(seed.entra, self.directory, tokens, sources)
        lifetimes = self.entra.token_endpoint.lifetimes
        self.imds = Imds(directory=self.directory, tokens=tokens, lifetimes=lifetimes, sources=sources)
        self._clouds = {tenant.id: tenant.cloud for tenant in seed.tenants}
        planted = (plant(vault, self._clouds[vault.tenant_id], now, sources) for vault in seed.vaults)
        self.vaults = Vaults(planted, now)
        self.vaults.on_deleted(lambda vault, at: self.assignments.delete_within(vault.resource_id, at))
        self.keyvault = KeyVault(self.vaults, tokens, self.assignments, sources)
        self.grid: EventGrid = planting.new_grid(self.vaults, self.directory, tokens, sources)
        planting.plant(self.grid, seed.events, self.vaults, now)
        self.keyvault.on_news(self.grid.published)
        self.vaults.on_deleted(lambda vault, at: self.grid.source_removed(vault.resource_id, at))
        registries = ((registry, self._clouds[registry.tenant_id]) for registry in seed.registries)
        self.registries = Registries(registries, tokens, self.assignments, sources)
        self.resources = plant_resources(seed)
        estate = Estate(
            directory=self.directory,
            assignments=self.assignments,
            vaults=self.vaults,
            grid=self.grid,
            state=self.resources,
            sources=sources,
            revocations=self.keyvault.revocations,
            policies_changed=lambda vault, at: self.grid.access_policy_changed(vault.name, at),
        )
        self._arm = Arm(estate=estate, tokens=tokens)

    def service(self, host: str) -> Service | None:
        """Return which service answers at `host`, None where nobody does. A vault must exist.

        What stands beside ARM shares its faults: Graph, and where subscriptions to events are confirmed.
        """
        if clouds.of_authority(host) is not None:
            return Service.ENTRA
        if clouds.of_arm(host) is not None or clouds.of_graph(host) is not None or callback.is_host(host):
            return Service.ARM
        if self.registries.has(host):
            return Service.REGISTRY
        return Service.VAULT if self.keyvault.has(host) else None

    def host_names(self) -> tuple[str, ...]:
        """Return every host name that answers: vaults, registries, and Entra and ARM of the clouds in use."""
        in_use: tuple[Cloud, ...] = tuple(dict.fromkeys((clouds.PUBLIC, *self._clouds.values())))
        fixed = [name for cloud in in_use for name in (*cloud.authority_hosts, cloud.arm_host, cloud.graph_host)]
        return (*fixed, *self.registries.hosts(), *(vault.host for vault in self.vaults))

    def handle(self, request: Request, now: datetime) -> Dialogue:
        """Return the answer to `request`, after the fetches that the dialogue yields."""
        match self.service(request.host):
            case Service.ENTRA:
                response = yield from self.entra.handle(request, now)
                self._counters.add(request.host, _operation(request), response.status)
            case Service.VAULT:
                response = self.keyvault.handle(request, now)
            case Service.REGISTRY:
                response = self.registries.handle(request, now)
                self._counters.add(request.host, _at_registry(request), response.status)
            case Service.ARM:
                response = self._manage(request, now)
                self._counters.add(request.host, request.method, response.status)
            case _:
                response = _nobody(request)
        return response

    def _manage(self, request: Request, now: datetime) -> Response:
        if callback.is_host(request.host):
            return callback.answer(self.grid, request, now)
        cloud = clouds.of_graph(request.host)
        if cloud is not None:
            return graph.answer(request, cloud, self.tokens, self._sources, now)
        response = self._arm.handle(request, now)
        self.keyvault.managed(request, response.status, now)
        return response

    def lend(self, request: Request, now: datetime) -> Response:
        """Return the answer of the machine's metadata endpoint, which has no host name of its own."""
        response = self.imds.handle(request, now)
        self._counters.add("imds", request.method, response.status)
        return response

    def refuse(self, request: Request, status: int, retry_after: timedelta | None, now: datetime) -> Response:
        """Return an injected failure in the shape of the service that `request` is for, counted like any other."""
        service = self.service(request.host)
        if service is Service.VAULT:
            return self.keyvault.refuse(request, status, retry_after, now)
        if service is None:
            return _nobody(request)
        self._counters.add(request.host, _counted_as(service)(request), status)
        seconds = None if retry_after is None else damage.whole_seconds(retry_after)
        if service is Service.REGISTRY:
            return registry_answers.injected(status, seconds)
        if service is Service.ENTRA:
            return answers.injected(status, seconds, request, self._sources, now)
        return self._arm.refuse(request, status, seconds)

    def counts(self) -> tuple[Count, ...]:
        """Return how many requests came, sorted by where, what and outcome."""
        return tuple(sorted((*self._counters.counts(), *self.keyvault.counters.counts())))

    def reset_counts(self) -> None:
        """Count from nothing again."""
        self._counters.reset()
        self.keyvault.counters.reset()

    @property
    def audit(self) -> AuditLog:
        """The audit log of all vaults."""
        return self.keyvault.audit


def _signing_keys(seed: EntraSeed, now: datetime, sources: Sources) -> SigningKeys:
    rotation = None if seed.key_rotation_seconds is None else timedelta(seconds=seed.key_rotation_seconds)
    return SigningKeys(sources.rsa_key, rotation, timedelta(seconds=seed.key_overlap_seconds), now)


def _assignments(seed: Seed) -> Assignments:
    assignments = Assignments(delay=timedelta(seconds=seed.delays.role_assignment_seconds))
    for role in seed.role_definitions:
        assignments.roles.put(role)
    for each in seed.role_assignments:
        assignments.put(
            Assignment(
                id=named_guid("assignment", each.scope, each.role_id, each.principal_id),
                scope=each.scope,
                role_id=each.role_id,
                principal_id=each.principal_id,
                condition=each.condition,
                condition_version=conditions.VERSION if each.condition else "",
            )
        )
    return assignments


def _operation(request: Request) -> str:
    return "Token" if request.path.endswith(("/oauth2/v2.0/token", "/oauth2/token")) else "Discovery"


def _at_registry(request: Request) -> str:
    return {"/oauth2/exchange": "Exchange", "/oauth2/token": "Token"}.get(request.path, request.method)


def _counted_as(service: Service) -> Callable[[Request], str]:
    known = {Service.ENTRA: _operation, Service.REGISTRY: _at_registry}
    return known.get(service, lambda request: request.method)


def _nobody(request: Request) -> Response:
    text = f"no service of the lab has the host name {request.host[:253]!r}\n"
    return Response(status=404, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode())
