"""A cluster with the configurations of a webhook, and certificates as its Secret holds them."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from keyferry.admit.certificates import held, issuing, registrations, settings
from keyferry.admit.certificates.held import Found, Held
from keyferry.admit.certificates.issuing import Authority
from keyferry.admit.certificates.own import OwnCertificates
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.admit.certificates.settings import Registration
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, Resource
from keyferry.runtime.clock import Clock
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld
from tests.fakes.offset_clock import OffsetClock

SECRET = Key(namespace="keyferry", name="keyferry-webhook-tls")
SERVICE = Key(namespace="keyferry", name="keyferry-webhook")
HOSTS = settings.hosts(SERVICE)
REGISTRATION = Registration(secret=str(SECRET), mutating=("mutate",), validating=("validate",))
OURS = (MUTATING, VALIDATING)


def made(
    now: datetime,
    *old: bytes,
    hosts: tuple[str, ...] = HOSTS,
    trust_until: datetime | None = None,
    under: Held | None = None,
    authority_at: datetime | None = None,
) -> Held:
    """Return what the webhook would have made at `now`; its authority then, `authority_at`, or that of another."""
    if under is None:
        authority = issuing.authority(authority_at or now)
    else:
        authority = Authority(certificate_pem=under.authorities[0], key_pem=under.authority_key)
    return Held(
        authorities=(authority.certificate_pem, *old),
        authority_key=authority.key_pem,
        pair=issuing.server(authority, hosts, now),
        trust_until=trust_until,
    )


def authority_until(ends: datetime) -> bytes:
    """Return the certificate of an authority that ends then."""
    return issuing.authority(ends - issuing.AUTHORITY_LIVES).certificate_pem


def found(there: Held | None, **changes: Any) -> Found:
    """Return the Secret as it would be read."""
    labels = {held.LABEL: held.OURS}
    whole = Found(resource_version="7", labels=labels, annotations={}, type=held.TYPE, held=there)
    return replace(whole, **changes)


def entry(name: str, *, service: Key | None = SERVICE, bundle: bytes | None = None) -> dict[str, Any]:
    """Return one webhook of a configuration, which leads to a Service, or to a URL."""
    client: dict[str, Any] = (
        {"url": "https://example.com"}
        if service is None
        else {"service": {"namespace": service.namespace, "name": service.name, "path": f"/{name}"}}
    )
    if bundle is not None:
        client["caBundle"] = base64.b64encode(bundle).decode()
    return {"name": f"{name}.example.com", "clientConfig": client}


def configuration(name: str, *entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration of either kind."""
    return {"metadata": {"name": name}, "webhooks": [dict(one) for one in entries]}


class _Ahead:
    """A clock that differs from another by always as much."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock = clock
        self._by = by

    def now(self) -> datetime:
        return self._clock.now() + self._by


class Cluster:
    """An API server and what keeps certificates in it. `clock` is theirs."""

    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.world = api.world
        self.client = client
        self.clock = OffsetClock()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Cluster"]:
        """Serve an empty cluster with the webhook's namespace."""
        world = KubeWorld(OURS)
        world.seed(NAMESPACES, {"metadata": {"name": SECRET.namespace}})
        async with FakeKubeApi(world) as api, Client(api.config(), jitter=lambda: 0.0) as client:
            yield cls(api, client)

    def register(self) -> None:
        """Let API servers know the webhook, without a caBundle."""
        self.world.seed(MUTATING, configuration("mutate", entry("mutate")))
        self.world.seed(VALIDATING, configuration("validate", entry("validate"), entry("elsewhere", service=None)))

    def replica(self, **ahead: float) -> OwnCertificates:
        """Return what one replica keeps, whose clock is ahead of the others by so much."""
        return OwnCertificates(self.client, REGISTRATION, _Ahead(self.clock, timedelta(**ahead)))

    def held(self) -> Held:
        """Return what the Secret holds."""
        there = held.decode(json.dumps(self.world.stored(SECRETS, SECRET)).encode()).held
        assert there is not None
        return there

    def bundles(self, resource: Resource = MUTATING, name: str = "mutate") -> tuple[bytes, ...]:
        """Return what API servers are told to trust."""
        document = self.world.stored(resource, Key(name=name))
        assert document is not None
        return registrations.bundles(document, SERVICE)

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))
