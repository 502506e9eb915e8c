"""What the workloads of a namespace watch, as it is now. Reads Secrets; a failed read is data. Called by reconciler."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError
from keyferry.restart import pod_versions, wire
from keyferry.restart.pod_versions import PodVersions
from keyferry.restart.secret_marks import SecretMarks
from keyferry.restart.seen import Marker
from keyferry.restart.state import Observed, Reading, Source, SourceKind, Unsettled, Workload

NAMESPACE_INDEX = "namespace"
SOURCE_INDEX = "source"
CLASS_INDEX = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """What is watched: workloads that ask for restarts, by kind and name, what pods have mounted, and which pods ended.

    A pod that was evicted stays for days, and with it the status of what it had mounted.
    """

    workloads: Store[Workload]
    statuses: Store[PodVersions]
    ended: Store[str]


def empty_caches() -> Caches:
    """Return caches with the indexes by which observe and wakes ask."""
    return Caches(
        workloads=Store(
            {
                NAMESPACE_INDEX: lambda key, _workload: (key.namespace,),
                SOURCE_INDEX: lambda key, workload: ((key.namespace, source) for source in workload.watched),
            }
        ),
        statuses=Store({CLASS_INDEX: lambda key, status: ((key.namespace, status.class_name),)}),
        ended=Store(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The workloads of a namespace with their readings; `failure` is why some could not be read."""

    observed: tuple[Observed, ...]
    failure: KeyferryError | None = None


class Observer:
    """Looks at one namespace at a time."""

    def __init__(self, caches: Caches, secrets: SecretMarks) -> None:
        self._caches = caches
        self._secrets = secrets

    def has_workloads(self, namespace: str) -> bool:
        """Tell whether there is anything to look at; where there is not, what was read before is forgotten."""
        if self._caches.workloads.indexed(NAMESPACE_INDEX, namespace):
            return True
        self._secrets.keep(namespace, frozenset())
        return False

    def again(self, observed: Iterable[Observed]) -> tuple[Observed, ...]:
        """Return the workloads as they are known by now, with the readings of before."""
        found = []
        for each in observed:
            workload = self._caches.workloads.get(wire.workload_id(each.workload.resource, each.workload.key))
            if workload is not None and each.readings.keys() >= workload.watched.keys():
                found.append(replace(each, workload=workload))
        return tuple(found)

    async def scene(self, namespace: str, marker: Marker) -> Scene:
        """Return what there is. Raises nothing that the API server refuses."""
        keys = sorted(self._caches.workloads.indexed(NAMESPACE_INDEX, namespace))
        workloads = [workload for key in keys if (workload := self._caches.workloads.get(key)) is not None]
        wanted = {source for each in workloads for source in each.watched if source.kind is SourceKind.SECRET}
        self._secrets.keep(namespace, frozenset(Key(namespace=namespace, name=source.name) for source in wanted))
        secrets: dict[Source, Reading] = {}
        failure: KeyferryError | None = None
        for source in sorted(wanted):
            try:
                secrets[source] = await self._secrets.reading(Key(namespace=namespace, name=source.name), marker)
            except KeyferryError as problem:
                secrets[source] = Unsettled()
                failure = problem
        observed = tuple(self._observed(each, secrets, marker) for each in workloads)
        return Scene(observed=observed, failure=failure)

    def _observed(self, workload: Workload, secrets: dict[Source, Reading], marker: Marker) -> Observed:
        readings = {
            source: secrets[source] if source.kind is SourceKind.SECRET else self._mounted(workload, source, marker)
            for source in workload.watched
        }
        return Observed(workload=workload, readings=readings, origin=marker.origin(workload.uid))

    def _mounted(self, workload: Workload, source: Source, marker: Marker) -> Reading:
        if not (self._caches.statuses.has_synced and self._caches.ended.has_synced):
            return Unsettled()
        keys = self._caches.statuses.indexed(CLASS_INDEX, (workload.key.namespace, source.name))
        statuses = [status for key in keys if (status := self._caches.statuses.get(key)) is not None]
        alive = [each for each in statuses if Key(namespace=each.namespace, name=each.pod) not in self._caches.ended]
        return pod_versions.reading(workload, source.name, alive, marker)
