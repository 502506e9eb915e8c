"""The child that a namespace should have, and how one that is there differs. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from keyferry.kube.wire import patches
from keyferry.kube.wire.objects import OwnerReference
from keyferry.model.wellknown import FORCE_SYNC_ANNOTATION
from keyferry.spec import fanout
from keyferry.spec.fanout import Fanout
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import Child

OURS: Final = "keyferry.io/"  # annotations for keyferry itself, which somebody may set on a single child


def owner(child: Child) -> OwnerReference | None:
    """Return the controller that owns a child, if any."""
    return next((each for each in child.metadata.owner_references if each.controller), None)


def owner_name(child: Child, kind: Kind) -> str:
    """Return the name of the object that owns a child, "" where none of the kind does.

    By name, as upstream: in a cluster restored from a backup the uids are others, and the children the same still.
    """
    found = owner(child)
    if found is None or found.kind != kind.resource.kind or found.api_version.partition("/")[0] != kind.resource.group:
        return ""
    return found.name


class Blueprint:
    """What every child of one object is to be. For one pass: it remembers which specs it has compared."""

    def __init__(self, kind: Kind, wanted: Fanout) -> None:
        self._kind = kind
        self._wanted = wanted
        self._complete = fanout.complete(kind.spec, wanted.child_spec)
        self._changes: dict[bytes, dict[str, Any]] = {}
        self._reference = OwnerReference(
            api_version=kind.resource.api_version,
            kind=kind.resource.kind,
            name=wanted.name,
            uid=wanted.uid,
            controller=True,
            block_owner_deletion=True,
        )

    def document(self, namespace: str) -> dict[str, Any]:
        """Return the child to create in a namespace."""
        metadata: dict[str, Any] = {
            "name": self._wanted.child_name,
            "namespace": namespace,
            "labels": dict(self._wanted.child_labels),
            "annotations": self._annotations({}),
            "ownerReferences": msgspec.to_builtins([self._reference]),
        }
        return {
            "apiVersion": self._kind.children.api_version,
            "kind": self._kind.children.kind,
            "metadata": {name: value for name, value in metadata.items() if value},
            "spec": self._wanted.child_spec,
        }

    def difference(self, child: Child) -> dict[str, Any]:
        """Return the merge patch that makes `child` what is wanted, {} where it is that already.

        It is conditional on the version that was seen. Owners beside the controller stay; so do annotations for
        keyferry.
        """
        metadata = child.metadata
        annotations = self._annotations(metadata.annotations)
        change: dict[str, Any] = {
            "labels": patches.merge_diff(metadata.labels, self._wanted.child_labels),
            "annotations": patches.merge_diff(metadata.annotations, annotations),
        }
        if self._reference not in metadata.owner_references:
            others = [each for each in metadata.owner_references if not each.controller]
            change["ownerReferences"] = msgspec.to_builtins([*others, self._reference])
        change = {name: value for name, value in change.items() if value}
        spec = self._spec_change(child.spec)
        if not change and not spec:
            return {}
        change["resourceVersion"] = metadata.resource_version
        return {"metadata": change} | ({"spec": spec} if spec else {})

    def _annotations(self, present: Mapping[str, str]) -> dict[str, str]:
        """A wish on the object itself to refresh now goes on to each child, and goes away with it."""
        kept = {name: value for name, value in present.items() if name.startswith(OURS)}
        forced = self._wanted.annotations.get(FORCE_SYNC_ANNOTATION)
        asked = {} if forced is None else {FORCE_SYNC_ANNOTATION: forced}
        return {**kept, **self._wanted.child_annotations, **asked}

    def _spec_change(self, stored: bytes) -> dict[str, Any]:
        if stored not in self._changes:
            self._changes[stored] = self._compared(msgspec.json.decode(stored))
        return self._changes[stored]

    def _compared(self, present: dict[str, Any]) -> dict[str, Any]:
        """Compare with the defaults filled in, which the API server has added to what it stores."""
        if fanout.complete(self._kind.spec, present) == self._complete:
            return {}
        return patches.merge_diff(present, self._wanted.child_spec)
