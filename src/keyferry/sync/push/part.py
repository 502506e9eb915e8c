"""The part of the operator that pushes: PushSecrets, and the watch on what they push.

Called by run; wires caches, watches, observer and controller. Its watches are not among those that everybody waits for:
a cluster without the kind's CustomResourceDefinition holds up nobody else.
"""

from typing import Any, Final

from keyferry.kube.client import Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.part import Part, Work
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.secrets import SecretRef
from keyferry.sync.delivery import Delivery, Surroundings, controller
from keyferry.sync.kinds import PUSH_SECRETS
from keyferry.sync.push import wakes, wire
from keyferry.sync.push.apply import Applier
from keyferry.sync.push.carrier import Carrier
from keyferry.sync.push.metrics import PushCollector
from keyferry.sync.push.observe import Caches, Observer
from keyferry.sync.push.reconciler import Reconciler
from keyferry.sync.push.source_watch import SourceWatch
from keyferry.sync.push.state import SourceVersion, WatchedPushSecret
from keyferry.sync.push.templates import Templates
from keyferry.sync.reading import Generators
from keyferry.sync.template_sources import TemplateSources
from keyferry.vault.writing.writer import Writer

WORKERS: Final = 8


def part(around: Surroundings, delivery: Delivery, pushes: Store[WatchedPushSecret], generators: Generators) -> Part:
    """Return what the process shall run. Call it before the caches fill; `pushes` is of `wakes.empty_pushes`."""
    caches = wakes.caches(pushes, delivery.caches.stores)
    templates = TemplateSources(around.client, around.settings.namespace)
    observer = Observer(caches, around.client, delivery.directory, generators)
    reconciler = _reconciler(around, delivery, observer, templates)

    def token(key: Key) -> str:
        """What a PushSecret belongs to: the first of its stores, so that one replica asks a vault."""
        push = pushes.get(key)
        stores = frozenset[Key]() if push is None else push.outline.stores
        return f"store {min(stores, key=str)}" if stores else f"PushSecret {key}"

    work = controller("pushsecret", around.ownership.guarded(reconciler.reconcile, token), WORKERS)
    heard = wakes.Wakes(caches, observer, work, delivery.check_store)
    heard.connect()
    heard.follow(templates)
    delivery.store_wakes.subscribe(heard.on_store)
    watch, sources = _watches(around, caches)
    return Part(
        work=(Work(controller=work, keys=pushes.keys, token=token),),
        collectors=(PushCollector(pushes, lambda: reconciler.durations),),
        always=(watch.run,),
        working=(sources.run, templates.watch),
    )


def _reconciler(around: Surroundings, delivery: Delivery, observer: Observer, templates: TemplateSources) -> Reconciler:
    applier = Applier(around.client, around.recorder, observer.note_status)

    def on_written(ref: SecretRef) -> None:
        """Whoever reads what was written need not wait for the next pass."""
        around.reader.woken(ref.vault_url, ref.name, kind=ref.kind)

    carrier = Carrier(delivery.directory, Writer(around.reader.clients), on_written)

    def on_namespace(key: Key, _old: PartialObject | None, new: PartialObject | None) -> None:
        if new is None:
            carrier.left(key.name)

    delivery.caches.namespaces.subscribe(on_namespace)
    rendering = Templates(templates, around.clock, around.settings.delimiters)
    return Reconciler(observer, rendering, carrier, applier, around.clock, around.settings.controller_class)


def _watches(around: Surroundings, caches: Caches) -> tuple[Reflector[Any], SourceWatch]:
    namespace = around.settings.namespace
    watch: Reflector[WatchedPushSecret] = Reflector(
        around.client, PUSH_SECRETS, wire.push_secret, caches.pushes, selection=Selection(namespace=namespace)
    )
    metadata = Selection(namespace=namespace, metadata_only=True)
    sources: Reflector[SourceVersion] = Reflector(
        around.client, SECRETS, wire.source, caches.sources, selection=metadata
    )
    return watch, SourceWatch(caches.pushes, sources)
