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
        taken = self._taken(wanted)
        wanted["status"] = _status(wanted, now, taken)
        if FINALIZER not in objects.finalizers(wanted):
            wanted["metadata"]["finalizers"] = [*objects.finalizers(wanted), FINALIZER]
        if not taken:
            self._register(wanted)
        if wanted != definition:
            self._store.put(DEFINITIONS, wanted)

    def _taken(self, definition: Object) -> str:
        """Return why another definition of the group has a name already, "" when none has."""
        spec, name = definition["spec"], definition["metadata"]["name"]
        for key, stored in self._store.journal(DEFINITIONS).current.items():
            other = stored.document["spec"]
            if key[1] == name or other["group"] != spec["group"] or not _is_established(stored.document):
                continue
            for field in ("kind", "listKind", "singular"):
                if other["names"].get(field) == spec["names"].get(field):
                    return f'"{spec["names"].get(field)}" is already in use'
        return ""

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


def _is_established(definition: Object) -> bool:
    conditions = objects.items(objects.dig(definition, "status", "conditions"))
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _status(definition: Object, now: datetime, taken: str) -> Object:
    """Return the status of a definition, as it was when it says so already."""
    spec = definition["spec"]
    former = definition.get("status") or {}
    storage = next(version["name"] for version in spec["versions"] if version.get("storage"))
    kept = former.get("storedVersions") or []
    told = former.get("conditions") if _is_established(definition) is not bool(taken) else None
    return {
        "conditions": told or _conditions(objects.stamp(now), taken),
        "acceptedNames": {"plural": "", "kind": ""} if taken else spec["names"],
        "storedVersions": kept if storage in kept else [*kept, storage],
    }


def _conditions(moment: str, taken: str) -> list[Object]:
    accepted = ("NamesAccepted", "True", "NoConflicts", "no conflicts found")
    established = ("Established", "True", "InitialNamesAccepted", "the initial names have been accepted")
    if taken:
        accepted = ("NamesAccepted", "False", "NameConflict", taken)
        established = ("Established", "False", "NotAccepted", "not all names are accepted")
    return [
        {"type": kind, "status": state, "lastTransitionTime": moment, "reason": reason, "message": message}
        for kind, state, reason, message in (accepted, established)
    ]
