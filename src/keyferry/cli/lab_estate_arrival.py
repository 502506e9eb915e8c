"""Waits for what an estate's sites shall get, and tells site by site what arrived: names, lengths, digests."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from keyferry.cli import lab_estate_workloads, looking
from keyferry.cli.lab_estate_workloads import Thing
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.kube.wire.resources import EVENTS, PODS
from keyferry.model.errors import NotFound, foreign
from keyferry.spec.conditions import ConditionStatus
from keyferry.spec.estate.sites import Delivery, Site

LOOK_EVERY: Final = timedelta(milliseconds=200)


class _Pod(msgspec.Struct):
    metadata: ObjectMeta


class _Event(msgspec.Struct):
    type: str = ""
    message: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What one site has, and what it still waits for. `why` is what the cluster says of that, "" where it does not."""

    site: Site
    things: Mapping[Thing, str]
    missing: tuple[Thing, ...]
    why: str = ""


class Arrivals:
    """Looks at the sites of a lab as anybody with a kubeconfig could."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def wait(self, site: Site, patience: timedelta) -> Arrived:
        """Return once all of it is there, or what is there when the patience is over, and why not more."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                while (seen := await self.look(site)).missing:  # noqa: ASYNC110  (it happens in other processes)
                    await asyncio.sleep(LOOK_EVERY.total_seconds())
                return seen
        except TimeoutError:
            seen = await self.look(site)
            return Arrived(site=site, things=seen.things, missing=seen.missing, why=await self._why(site))

    async def look(self, site: Site) -> Arrived:
        """Return what is there now."""
        found = {**await self._keys(site), **await self._seen_by_pods(site)}
        expected = lab_estate_workloads.expected(site)
        things = {thing: found[thing] for thing in sorted(expected) if thing in found}
        return Arrived(site=site, things=things, missing=tuple(sorted(expected - things.keys())))

    async def _keys(self, site: Site) -> Mapping[Thing, str]:
        if not site.delivered(Delivery.SECRET):
            return {}
        seen = await looking.secret(self._session.client, Key(namespace=site.namespace, name=site.secret_name))
        if seen is None:
            return {}
        return {
            Thing(kind="key", name=name): f"{length} bytes, digest {seen.digests[name]}"
            for name, length in seen.lengths.items()
        }

    async def _seen_by_pods(self, site: Site) -> Mapping[Thing, str]:
        found: dict[Thing, str] = {}
        selector = f"app={lab_estate_workloads.label(site.workload)}"
        async for page in self._session.client.list(PODS, namespace=site.namespace, label_selector=selector):
            for item in page.items:
                pod = msgspec.json.decode(item, type=_Pod).metadata
                found |= lab_estate_workloads.printed(
                    await self._session.log(Key(namespace=pod.namespace, name=pod.name))
                )
        return found

    async def _why(self, site: Site) -> str:
        """What an ExternalSecret says of itself counts more than what events say."""
        if site.delivered(Delivery.SECRET):
            try:
                key = Key(namespace=site.namespace, name=site.name)
                condition = await looking.ready(self._session.client, key)
            except NotFound:
                condition = None
            if condition is not None and condition.status is not ConditionStatus.TRUE:
                return foreign(condition.message)
        last = ""
        async for page in self._session.client.list(EVENTS, namespace=site.namespace):
            for item in page.items:
                event = msgspec.json.decode(item, type=_Event)
                last = f"{event.reason}: {event.message}" if event.type == "Warning" else last
        return foreign(last)
