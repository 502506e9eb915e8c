"""Serves what a CustomResourceDefinition defines, says so in its status, and clears its objects away with it."""

from datetime import datetime

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.crds import registration
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Registry
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

DEFINITIONS = ("apiextensions.k8s.io", "customresourcedefinitions")
FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


class CustomResourceController:
    """Acts on CustomResourceDefinitions, and on objects of theirs that go."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Do what `change` makes necessary."""
        if kind != DEFINITIONS:
            if change.type is ChangeType.DELETED:
                self._tend(f"{kind[1]}.{kind[0]}", now)
        elif change.type is ChangeType.DELETED:
            self._registry.withdraw(change.stored.key[1])
        else:
            self._tend(change.stored.key[1], now)

    def _tend(self, name: str, now: datetime) -> None:
        found = self._store.get(DEFINITIONS, ("", name))
        if found is None:
            return
        if lifecycle.is_ending(found.document):
            self._clear(found.document, now)
        else:
            self._serve(found.document, now)

    def _serve(self, definition: Object, now: datetime) -> None:
        wanted = objects.copy(definition)
        wanted["status"] = _status(wanted, now)
        if FINALIZER not in objects.finalizers(wanted):
            wanted["metadata"]["finalizers"] = [*objects.finalizers(wanted), FINALIZER]
        self._register(wanted)
        if wanted != definition:
            self._store.put(DEFINITIONS, wanted)

    def _register(self, definition: Object) -> None:
        spec = definition["spec"]
        self._registry.serve(definition["metadata"]["name"], registration.resources(definition))
        for stored in self._store.journal((spec["group"], spec["names"]["plural"])).current.values():
            stored.forms.clear()

    def _clear(self, definition: Object, now: datetime) -> None:
        spec = definition["spec"]
        kind = (spec["group"], spec["names"]["plural"])
        for stored in list(self._store.journal(kind).current.values()):
            lifecycle.delete(self._store, kind, stored, now)
        current = self._store.get(DEFINITIONS, ("", definition["metadata"]["name"]))
        if current is not None and not self._store.journal(kind).current:
            lifecycle.put(self._store, DEFINITIONS, lifecycle.without_finalizer(current.document, FINALIZER))


def _status(definition: Object, now: datetime) -> Object:
    """Return the status of an accepted definition, as it was when it says so already."""
    spec = definition["spec"]
    former = definition.get("status") or {}
    storage = next(version["name"] for version in spec["versions"] if version.get("storage"))
    kept = former.get("storedVersions") or []
    return {
        "conditions": former.get("conditions") or _conditions(objects.stamp(now)),
        "acceptedNames": spec["names"],
        "storedVersions": kept if storage in kept else [*kept, storage],
    }


def _conditions(moment: str) -> list[Object]:
    told = (
        ("NamesAccepted", "NoConflicts", "no conflicts found"),
        ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    )
    return [
        {"type": kind, "status": "True", "lastTransitionTime": moment, "reason": reason, "message": message}
        for kind, reason, message in told
    ]
