"""The target Secret as it shall be, from the ExternalSecret, the rendered data and the Secret that is there. Pure."""

from collections.abc import Container, Mapping
from typing import Final

from keyferry.kube.wire.objects import OwnerReference
from keyferry.model.wellknown import CREATED_BY_LABEL, DATA_HASH_ANNOTATION, ES_GROUP, MANAGED_LABEL
from keyferry.spec import hashes
from keyferry.sync import wire
from keyferry.sync.state import DesiredSecret, LiveSecret, ManagedFields, Rendered, Snapshot

# kubectl's own note about the ExternalSecret; on the Secret it would be a lie.
NOT_COPIED: Final = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})
NEW_TYPE: Final = "Opaque"


def of(snapshot: Snapshot, rendered: Rendered) -> DesiredSecret:
    """Return the Secret whole: our data alone; the metadata of others kept, ours brought up to date."""
    external = snapshot.external.metadata
    there = snapshot.secret
    labels = {
        **_kept_labels(there),
        **external.labels,
        MANAGED_LABEL: "true",
        CREATED_BY_LABEL: hashes.owner_label(external.namespace, external.name),
    }
    annotations = {
        **_kept_annotations(there),
        **_without(external.annotations, NOT_COPIED),
        DATA_HASH_ANNOTATION: rendered.data_hash,
    }
    others = [owner for owner in there.metadata.owner_references if not owner.controller] if there else []
    return DesiredSecret(
        key=snapshot.external.target,
        data=rendered.data,
        data_hash=rendered.data_hash,
        type=there.type if there else NEW_TYPE,
        immutable=there.immutable if there else False,
        labels=labels,
        annotations=annotations,
        owner_references=(wire.owner_reference(snapshot.external), *others),
        finalizers=tuple(there.metadata.finalizers) if there else (),
    )


def is_met(secret: LiveSecret, desired: DesiredSecret) -> bool:
    """Tell whether nothing needs to be written."""
    return (
        secret.data_hash == desired.data_hash
        and secret.metadata.labels == desired.labels
        and secret.metadata.annotations == desired.annotations
        and sorted(secret.metadata.owner_references, key=str) == sorted(desired.owner_references, key=str)
    )


def is_owned(snapshot: Snapshot, secret: LiveSecret) -> bool:
    """Tell whether the ExternalSecret controls `secret`: by group, kind and name, as a backup restores it."""
    owner = secret.owner
    named = ("ExternalSecret", snapshot.external.metadata.name)
    return owner is not None and _group(owner) == ES_GROUP and (owner.kind, owner.name) == named


def _group(owner: OwnerReference) -> str:
    return owner.api_version.rpartition("/")[0]


def _kept_labels(there: LiveSecret | None) -> dict[str, str]:
    if there is None:
        return {}
    return _without(there.metadata.labels, (there.managed or ManagedFields()).labels)


def _kept_annotations(there: LiveSecret | None) -> dict[str, str]:
    if there is None:
        return {}
    return _without(there.metadata.annotations, (there.managed or ManagedFields()).annotations)


def _without(entries: Mapping[str, str], names: Container[str]) -> dict[str, str]:
    return {name: value for name, value in entries.items() if name not in names}
