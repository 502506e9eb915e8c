"""The part of the operator for one of the two kinds: its watch, its controller, its metrics.

Its watch is not among those that everybody waits for: a cluster without the kind's CustomResourceDefinition, which
upstream's chart can leave out, holds up nobody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic

from keyferry.kube.controller.store import Store
from keyferry.kube.part import Part, Work
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.sync.delivery import Surroundings, controller
from keyferry.sync.fanout import wire
from keyferry.sync.fanout.apply import Applier, Notes
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.metrics import FanoutCollector
from keyferry.sync.fanout.observe import C, Caches, Observer, child_name_index
from keyferry.sync.fanout.reconciler import FanoutReconciler
from keyferry.sync.fanout.state import Child, WatchedFanout
from keyferry.sync.fanout.wakes import Wakes

WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Children(Generic[C]):
    """The cache of the children, which belongs to their own kind, and how it reads one."""

    cache: Store[C]
    decode: Callable[[bytes], C]


def part(kind: Kind, around: Surroundings, namespaces: Store[PartialObject], children: Children[C]) -> Part:
    """Return what the process shall run. Call it before the caches fill."""
    caches = Caches(fanouts=Store(child_name_index()), namespaces=namespaces, children=children.cache)
    observer: Observer[C] = Observer(kind, caches)

    def made(key: Key) -> None:
        observer.note_made(key, around.clock.now())

    def patched(seen: Child, stored: bytes) -> None:
        observer.note_patched(seen, children.decode(stored))

    def token(key: Key) -> str:
        return f"{kind.resource.kind} {key}"

    applier = Applier(kind, around.client, around.recorder, Notes(made=made, patched=patched))
    reconciler = FanoutReconciler(kind, observer, applier, around.clock)
    reconcile = around.ownership.guarded(reconciler.reconcile, token)
    work = controller(kind.resource.kind.lower(), reconcile, WORKERS)
    reflector: Reflector[WatchedFanout] = Reflector(
        around.client, kind.resource, wire.watched(kind.spec), caches.fanouts
    )
    Wakes(kind, caches, observer, work.enqueue).connect()
    return Part(
        work=(Work(controller=work, keys=observer.keys, token=token),),
        collectors=(FanoutCollector(kind, caches.fanouts, lambda: reconciler.durations),),
        always=(reflector.run,),
    )
