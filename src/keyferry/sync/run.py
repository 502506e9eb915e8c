"""Wires the operator process: Azure, the cluster, the parts; then works until it is told to stop."""

import asyncio
import os
import socket
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import aiohttp

from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.part import Part
from keyferry.runtime.clock import SystemClock
from keyferry.runtime.stopping import stop_signal
from keyferry.sync import wire
from keyferry.sync.delivery import Delivery, Surroundings
from keyferry.sync.fanout import part as fanout
from keyferry.sync.fanout.kinds import CLUSTER_EXTERNAL_SECRETS, CLUSTER_PUSH_SECRETS
from keyferry.sync.fanout.part import Children
from keyferry.sync.generators.logins import Azure
from keyferry.sync.metrics import DeliveryCollector
from keyferry.sync.process import Process
from keyferry.sync.push import part as push
from keyferry.sync.push import wire as push_wire
from keyferry.sync.push.state import WatchedPushSecret
from keyferry.sync.push.wakes import empty_pushes, holders
from keyferry.sync.settings import EventSettings, Settings
from keyferry.vault.metrics import FeedCollector, RequestCollector
from keyferry.vault.reader import Reader

if TYPE_CHECKING:
    from keyferry.sync.events.class_hints import ClassHints
    from keyferry.vault.events.hints import Hint
    from keyferry.vault.events.receiver import Gate, Receiver

COMPONENT: Final = "external-secrets"  # as upstream's events name it
CONNECTIONS: Final = 18  # to a vault: with Entra's two they carry 900 requests a second at 20 ms each

Companion = Callable[[Surroundings], Part]


async def run(settings: Settings, companions: Sequence[Companion] = ()) -> None:
    """Work until SIGTERM or SIGINT, then stop within seconds. SpecError when a setting or the kubeconfig is wrong.

    `companions` are parts of other packages that run in the same process, under the same leadership.
    """
    cluster = config.load(settings.kubeconfig, settings.context)
    clock = SystemClock()
    with stop_signal() as stop:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(cluster, field_manager="keyferry"))
            session = await stack.enter_async_context(open_session(connections_per_host=CONNECTIONS))
            credentials = Credentials(client, session, clock)
            stack.push_async_callback(credentials.aclose)
            reader = Reader(credentials, session, clock)
            stack.push_async_callback(reader.aclose)
            events = settings.events
            gate = _gate(events, session, clock) if events.address else None
            operator = Operator(settings, client, reader, clock, gate, Azure(entra=credentials, session=session))
            await operator.work(stop, companions)


class Operator:
    """The parts of one operator process, wired."""

    def __init__(
        self,
        settings: Settings,
        client: Client,
        reader: Reader,
        clock: SystemClock,
        gate: "Gate | None" = None,
        azure: Azure | None = None,
    ) -> None:
        """`gate` says who may deliver events; without one none are taken. Without `azure` none are made up."""
        instance = settings.instance or f"{socket.gethostname()}_{uuid.uuid4()}"
        self._around = Surroundings(
            settings=settings,
            client=client,
            reader=reader,
            recorder=Recorder(client, COMPONENT, clock=clock, instance=instance),
            clock=clock,
            ownership=Ownership(settings.shards),
            azure=azure,
        )
        self._process = Process(self._around, instance)
        pushes = empty_pushes()
        pushing = settings.served.push_secrets
        self._delivery = Delivery(self._around, partial(holders, pushes) if pushing else None)
        own = (push.part(self._around, self._delivery, pushes, self._delivery.generators),) if pushing else ()
        fanouts = () if settings.namespace else _fanouts(self._around, self._delivery, pushes)
        self._others = (*own, *fanouts)
        self._class_hints = None if gate is None else _class_hints(client, clock, settings.namespace)
        self._receiver = None if gate is None else self._receiving(gate, clock, reader)

    async def work(self, stop: asyncio.Event, companions: Sequence[Companion] = ()) -> None:
        """Serve until `stop` is set; losing the leadership sets it too. A crash of any part ends them all."""
        if self._receiver is not None:
            await self._receiver.open(self._around.settings.events.address)
        try:
            beside = (companion(self._around) for companion in companions)
            await self._process.work([self._azure(), self._delivery.part(), *self._others, *beside], stop)
        finally:
            if self._receiver is not None:
                await self._receiver.close()

    def _azure(self) -> Part:
        """What asks Azure without being asked, and what is counted of it."""
        reader, every = self._around.reader, self._around.settings.feed_interval
        requests = RequestCollector(lambda: reader.counters)
        feeds = FeedCollector(lambda: reader.activity, reader.feeds)
        receiver = self._receiver
        answers = () if receiver is None else (DeliveryCollector(lambda: receiver.answers),)
        return Part(
            collectors=(requests, feeds, *answers),
            always=() if self._class_hints is None else (self._class_hints.run,),
            working=(lambda: reader.keep_looking(every),) if every > timedelta() else (),
        )

    def _receiving(self, gate: "Gate", clock: SystemClock, reader: Reader) -> "Receiver":
        heard = self._delivery.wakes.on_hint
        hear = (heard,) if self._class_hints is None else (heard, self._class_hints.heard)
        return _receiver(gate, clock, reader, hear, lambda: self._around.ownership.works)


def _fanouts(around: Surroundings, delivery: Delivery, pushes: Store[WatchedPushSecret]) -> tuple[Part, ...]:
    """Return the parts for what is of the cluster; who serves one namespace has no rights there.

    ClusterPushSecrets know their children by the watch of PushSecrets, so they are not served without these.
    """
    namespaces = delivery.caches.namespaces
    externals = Children(cache=delivery.caches.externals, decode=wire.external_secret)
    pushed = Children(cache=pushes, decode=push_wire.push_secret)
    served, found = around.settings.served, []
    if served.cluster_external_secrets:
        found.append(fanout.part(CLUSTER_EXTERNAL_SECRETS, around, namespaces, externals))
    if served.cluster_push_secrets and served.push_secrets:
        found.append(fanout.part(CLUSTER_PUSH_SECRETS, around, namespaces, pushed))
    return tuple(found)


def _gate(events: EventSettings, session: aiohttp.ClientSession, clock: SystemClock) -> "Gate":
    from keyferry.sync.events import event_intake  # noqa: PLC0415  (few take events, and its libraries take memory)

    return event_intake.gate(events, session, clock, os.environ)


def _class_hints(client: Client, clock: SystemClock, namespace: str) -> "ClassHints":
    from keyferry.sync.events.class_hints import ClassHints  # noqa: PLC0415  (as above)

    return ClassHints(client, clock, namespace)


def _receiver(
    gate: "Gate",
    clock: SystemClock,
    reader: Reader,
    hear: "Iterable[Callable[[Hint], None]]",
    is_working: Callable[[], bool],
) -> "Receiver":
    from keyferry.sync.events import event_intake  # noqa: PLC0415  (as above)
    from keyferry.vault.events.receiver import Receiver  # noqa: PLC0415  (as above)

    def on_hint(hint: "Hint") -> None:
        for each in hear:
            each(hint)

    return Receiver(gate, clock, event_intake.wake(reader, on_hint), is_working)
