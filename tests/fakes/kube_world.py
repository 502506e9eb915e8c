"""The state behind the fake API server: objects, versions, history. Refuses what no API server would hold."""

import base64
import copy
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from keyferry.kube.wire import resources
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from tests.fakes.kube_fields import FieldOwners

Json = dict[str, Any]

BUILT_IN = (
    resources.SECRETS,
    resources.CONFIG_MAPS,
    resources.SERVICE_ACCOUNTS,
    resources.PODS,
    resources.EVENTS,
    resources.NAMESPACES,
    resources.LEASES,
)
NAME_LIMIT = 253


class ImpossibleSetupError(Exception):
    """A test arranged what cannot exist; the text says why."""


class RefusedError(Exception):
    """The answer is a Status."""

    def __init__(self, code: int, reason: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.status: Json = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details,
            "code": code,
        }


@dataclass(frozen=True)
class Change:
    """One entry of the history."""

    version: int
    resource: Resource
    old: Json | None
    new: Json | None


@dataclass
class _Stored:
    content: Json
    owners: FieldOwners = field(default_factory=FieldOwners)


@dataclass(frozen=True)
class Write:
    """Who writes which part."""

    manager: str = "test"
    subresource: str = ""


class KubeWorld:
    """A cluster's storage. `now` gives creation timestamps; those of `whole` have no status subresource."""

    def __init__(
        self,
        served: Iterable[Resource] = (),
        now: Callable[[], datetime] | None = None,
        whole: Iterable[Resource] = (),
    ) -> None:
        self.whole = frozenset(whole)
        self.served = {(r.group, r.version, r.plural): r for r in (*BUILT_IN, *served, *self.whole)}
        self.now = now or (lambda: datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
        self.version = 100
        self.oldest = 100  # changes after this version are kept
        self.history: list[Change] = []
        self.listeners: list[Callable[[Change], None]] = []
        self._objects: dict[tuple[Resource, Key], _Stored] = {}
        self._pages: dict[str, tuple[int, list[Json]]] = {}
        self.seed(resources.NAMESPACES, {"metadata": {"name": "default"}})

    def seed(self, resource: Resource, content: Json) -> Json:
        """Put an object into the world. ImpossibleSetupError when no API server would have let it in."""
        namespace = content.get("metadata", {}).get("namespace", "")
        if resource not in self.served.values():
            raise ImpossibleSetupError(f"{resource} is not served here: declare it")
        if not resource.namespaced and namespace:
            raise ImpossibleSetupError(f"a {resource.kind} has no namespace")
        try:
            return self.create(resource, namespace, content, Write())
        except RefusedError as refusal:
            raise ImpossibleSetupError(str(refusal)) from None

    def remove(self, resource: Resource, key: Key) -> None:
        """Delete an object as somebody else would."""
        self.delete(resource, key, {})

    def compact(self) -> None:
        """Forget the history and every unfinished list: their versions and page tokens expire."""
        self.history.clear()
        self._pages.clear()
        self.version += 1
        self.oldest = self.version

    def stored(self, resource: Resource, key: Key) -> Json | None:
        """Look at an object without a request."""
        found = self._objects.get((resource, key))
        return copy.deepcopy(found.content) if found else None

    def all_of(self, resource: Resource, namespace: str = "") -> list[Json]:
        """Return the objects of a resource, sorted by key."""
        found = sorted(
            ((key, stored) for (r, key), stored in self._objects.items() if r == resource),
            key=lambda entry: entry[0],
        )
        return [copy.deepcopy(s.content) for key, s in found if not namespace or key.namespace == namespace]

    def page(self, items: list[Json], limit: int) -> tuple[list[Json], str, int]:
        """Cut a list: the first page, the token of the rest, the version of the snapshot."""
        return self._cut(items, limit, self.version)

    def next_page(self, token: str, limit: int) -> tuple[list[Json], str, int]:
        """Go on with a list. 410 when the snapshot is no longer kept."""
        if token not in self._pages:
            raise RefusedError(
                410, "Expired", "The provided continue parameter is too old to display a consistent list"
            )
        version, items = self._pages[token]
        return self._cut(items, limit, version)

    def get(self, resource: Resource, key: Key) -> Json:
        """Return an object, or 404."""
        return copy.deepcopy(self._found(resource, key).content)

    def create(self, resource: Resource, namespace: str, content: Json, write: Write) -> Json:
        """Store a new object."""
        meta = content.get("metadata", {})
        key = Key(namespace=namespace if resource.namespaced else "", name=meta.get("name", ""))
        self._admit(resource, key, content)
        if (resource, key) in self._objects:
            raise RefusedError(409, "AlreadyExists", f'{resource} "{key.name}" already exists', name=key.name)
        created = copy.deepcopy(content)
        created.update(apiVersion=resource.api_version, kind=resource.kind)
        created["metadata"] = {
            **meta,
            **({"namespace": namespace} if resource.namespaced else {}),
            "uid": str(uuid.uuid4()),
            "generation": 1,
            "creationTimestamp": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        stored = _Stored(content={"metadata": {}})
        stored.owners.updated({}, created, write.manager)
        self._objects[resource, key] = stored
        return self._commit(resource, None, created, stored)

    def replace(self, resource: Resource, key: Key, content: Json, write: Write) -> Json:
        """Replace an object, or its status."""
        stored = self._found(resource, key)
        old = stored.content
        version = content.get("metadata", {}).get("resourceVersion", "")
        if not version and resource.group:
            message = f'{resource} "{key.name}" is invalid: metadata.resourceVersion: must be specified for an update'
            raise RefusedError(422, "Invalid", message, name=key.name, causes=[{"field": "metadata.resourceVersion"}])
        self._expect(resource, key, version)
        new = _with_parts(old, content, "whole" if resource in self.whole else write.subresource)
        self._admit(resource, key, new)
        stored.owners.updated(old, new, write.manager)
        return self._commit(resource, old, new, stored)

    def apply(self, resource: Resource, key: Key, content: Json, write: Write, force: bool) -> Json:
        """Server-side apply, with leaf-wise ownership and atomic lists."""
        if (resource, key) not in self._objects:
            applied = {**content, "metadata": {"name": key.name, **content.get("metadata", {})}}
            created = self.create(resource, key.namespace, applied, write)
            self._found(resource, key).owners.note_applier(write.manager)
            return created
        stored = self._found(resource, key)
        old = stored.content
        self._expect(resource, key, content.get("metadata", {}).get("resourceVersion", ""))
        clashes = stored.owners.conflicts(old, content, write.manager)
        if clashes and not force:
            causes = [{"reason": "FieldManagerConflict", "field": clash} for clash in clashes]
            raise RefusedError(409, "Conflict", f"Apply failed with {len(clashes)} conflicts", causes=causes)
        new = _with_parts(old, stored.owners.applied(old, content, write.manager), write.subresource)
        return self._commit(resource, old, new, stored)

    def delete(self, resource: Resource, key: Key, preconditions: Json) -> Json:
        """Delete an object, or mark it while finalizers hold it."""
        stored = self._found(resource, key)
        old = stored.content
        for name in ("uid", "resourceVersion"):
            if preconditions.get(name) and preconditions[name] != old["metadata"][name]:
                raise RefusedError(409, "Conflict", f"the {name} in the precondition does not match", name=key.name)
        if old["metadata"].get("finalizers"):
            new = copy.deepcopy(old)
            new["metadata"].setdefault("deletionTimestamp", self.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
            return self._commit(resource, old, new, stored)
        return self._erase(resource, key, old)

    def _erase(self, resource: Resource, key: Key, old: Json) -> Json:
        del self._objects[resource, key]
        self.version += 1
        last = copy.deepcopy(old)
        last["metadata"]["resourceVersion"] = str(self.version)
        self._publish(Change(version=self.version, resource=resource, old=last, new=None))
        return last

    def _commit(self, resource: Resource, old: Json | None, new: Json, stored: _Stored) -> Json:
        if old is not None and _comparable(old) == _comparable(new):
            return copy.deepcopy(old)
        key = Key(namespace=new["metadata"].get("namespace", ""), name=new["metadata"]["name"])
        if old is not None and _spec_of(old) != _spec_of(new):
            new["metadata"]["generation"] = old["metadata"]["generation"] + 1
        self.version += 1
        new["metadata"]["resourceVersion"] = str(self.version)
        new["metadata"]["managedFields"] = stored.owners.entries()
        stored.content = new
        self._publish(Change(version=self.version, resource=resource, old=old, new=copy.deepcopy(new)))
        if new["metadata"].get("deletionTimestamp") and not new["metadata"].get("finalizers"):
            return self._erase(resource, key, new)
        return copy.deepcopy(new)

    def _publish(self, change: Change) -> None:
        self.history.append(change)
        for listener in tuple(self.listeners):
            listener(change)

    def _found(self, resource: Resource, key: Key) -> _Stored:
        stored = self._objects.get((resource, key))
        if stored is None:
            raise RefusedError(404, "NotFound", f'{resource} "{key.name}" not found', name=key.name)
        return stored

    def _expect(self, resource: Resource, key: Key, version: str) -> None:
        if version and version != self._found(resource, key).content["metadata"]["resourceVersion"]:
            message = f'Operation cannot be fulfilled on {resource} "{key.name}": the object has been modified'
            raise RefusedError(409, "Conflict", message, name=key.name)

    def _admit(self, resource: Resource, key: Key, content: Json) -> None:
        if not key.name or len(key.name) > NAME_LIMIT or key.name != key.name.lower():
            message = f'{resource.kind} "{key.name}" is invalid: metadata.name: Invalid value: "{key.name}"'
            raise RefusedError(422, "Invalid", message, name=key.name, causes=[{"field": "metadata.name"}])
        namespace = Key(name=key.namespace)
        if resource.namespaced and (resources.NAMESPACES, namespace) not in self._objects:
            raise RefusedError(404, "NotFound", f'namespaces "{key.namespace}" not found', name=key.namespace)
        if resource == resources.SECRETS:
            _check_base64(content.get("data") or {})

    def _cut(self, items: list[Json], limit: int, version: int) -> tuple[list[Json], str, int]:
        if not limit or len(items) <= limit:
            return items, "", version
        token = base64.urlsafe_b64encode(f"{version}:{len(items)}".encode()).decode()
        self._pages[token] = (version, items[limit:])
        return items[:limit], token, version


def _check_base64(data: Json) -> None:
    for value in data.values():
        try:
            base64.b64decode(value, validate=True)
        except ValueError:
            message = f'Secret in version "v1" cannot be handled as a Secret: illegal base64 data: {value}'
            raise RefusedError(400, "BadRequest", message) from None


def _with_parts(old: Json, new: Json, subresource: str) -> Json:
    """Return what a write may change: the status alone, or everything but it; and never the server's own metadata."""
    kept = ("uid", "generation", "creationTimestamp", "deletionTimestamp", "resourceVersion", "managedFields")
    content = copy.deepcopy(old if subresource == "status" else new)
    source = new if subresource in ("status", "whole") else old
    content.pop("status", None)
    if "status" in source:
        content["status"] = copy.deepcopy(source["status"])
    meta = {name: value for name, value in content.get("metadata", {}).items() if name not in kept}
    own = {name: value for name, value in old["metadata"].items() if name in (*kept, "name", "namespace")}
    content["metadata"] = {**meta, **own}
    return content


def _comparable(content: Json) -> str:
    meta = {k: v for k, v in content["metadata"].items() if k not in ("resourceVersion", "managedFields")}
    return json.dumps({**content, "metadata": meta}, sort_keys=True)


def _spec_of(content: Json) -> Json:
    return {name: value for name, value in content.items() if name not in ("metadata", "status")}
