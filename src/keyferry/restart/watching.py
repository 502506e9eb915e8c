"""Watches of kinds that a cluster may not serve, or that the operator may not list: begun once both are so.

A cluster without Argo Rollouts, and a role without Deployments, are no failures: there is nothing to restart then.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Final, Protocol

import structlog

from keyferry.kube.client import Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import GrantError, KeyferryError, NotFound
from keyferry.restart import wire
from keyferry.restart.state import Workload

LOOK: Final = timedelta(minutes=1)

_LOG = structlog.get_logger(__name__)


class Pages(Protocol):
    """What a gate asks."""

    def pages(self, resource: Resource, selection: Selection, *, limit: int) -> AsyncGenerator[Page, None]:
        """List in pages. Raises what the API server refuses."""
        ...


class Watch(Protocol):
    """What is run once the kind can be watched: a reflector."""

    async def run(self) -> None:
        """List and watch until cancelled."""
        ...


class Workloads:
    """The sink of one kind of workload: keeps those that ask for restarts, together with those of other kinds."""

    def __init__(self, resource: Resource, store: Store[Workload], settled: asyncio.Event) -> None:
        """`settled` is set once everything was listed."""
        self._resource = resource
        self._store = store
        self._settled = settled

    def applied(self, key: Key, workload: Workload | None) -> None:
        """Keep the workload, or let go of one that asks no longer."""
        if workload is None:
            self.deleted(key)
        else:
            self._store.applied(wire.workload_id(self._resource, key), workload)

    def deleted(self, key: Key) -> None:
        """Let go of it."""
        self._store.deleted(wire.workload_id(self._resource, key))

    def undecodable(self, key: Key, _problem: str) -> None:
        """Let go of it; the reflector has said why."""
        self.deleted(key)

    def synced(self) -> None:
        """Let those begin who waited for the first list."""
        self._settled.set()


class Gate:
    """Lets a watch begin once its kind can be listed, and says why it cannot."""

    def __init__(self, client: Pages, resource: Resource, selection: Selection) -> None:
        self._client = client
        self._resource = resource
        self._selection = selection
        self._told = ""

    async def run(self, watch: Watch, settled: asyncio.Event) -> None:
        """Watch until cancelled. `settled` is set where there is nothing to watch for now."""
        while not await self._is_open():
            settled.set()
            await asyncio.sleep(LOOK.total_seconds())
        await watch.run()

    async def _is_open(self) -> bool:
        """Whether a list succeeds; where it fails for now, the reflector does its own waiting."""
        try:
            async with aclosing(self._client.pages(self._resource, self._selection, limit=1)) as pages:
                await anext(pages)
        except (GrantError, NotFound) as problem:
            self._tell(problem)
            return False
        except KeyferryError:
            return True
        return True

    def _tell(self, problem: KeyferryError) -> None:
        if self._told != str(problem):
            self._told = str(problem)
            _LOG.info("restarts.not_watched", resource=str(self._resource), reason=self._told)
