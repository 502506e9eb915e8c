"""The target Secret as it shall be, from the ExternalSecret, the rendered data and the Secret that is there. Pure."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Final

from keyferry.kube.wire.objects import OwnerReference
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import (
    CREATED_BY_LABEL,
    DATA_HASH_ANNOTATION,
    ES_GROUP,
    MANAGED_LABEL,
    PROVENANCE_ANNOTATION,
    REFRESH_ANNOTATION,
)
from keyferry.spec import hashes
from keyferry.spec.external_secret import CreationPolicy, Target
from keyferry.sync import joining, provenance, wire
from keyferry.sync.state import DesiredSecret, LiveSecret, ManagedFields, Rendered, Shape, Snapshot

# kubectl's own note about the ExternalSecret, which on the Secret would be a lie; and what is meant for keyferry.
NOT_COPIED: Final = frozenset(
    {"kubectl.kubernetes.io/last-applied-configuration", REFRESH_ANNOTATION, PROVENANCE_ANNOTATION}
)
NEW_TYPE: Final = "Opaque"
MERGING: Final = (CreationPolicy.MERGE, CreationPolicy.CREATE_OR_MERGE)


@dataclass(frozen=True, slots=True)
class _Content:
    data: Mapping[str, SecretValue]
    data_hash: str
    provenance: str


def of(snapshot: Snapshot, target: Target, rendered: Rendered) -> DesiredSecret:
    """Return the Secret whole. The metadata of others is kept and ours brought up to date.

    The data is ours alone, unless the creation policy merges. What is there and immutable by its spec keeps its data
    and its metadata. Both need a Secret that was read whole.
    """
    there = snapshot.secret
    owned = _owned(snapshot, target)
    if there is not None and target.immutable:
        return _frozen(owned, there)
    shape = rendered.shape or _shape(snapshot)
    content = _content(there, target, rendered)
    labels = {**_kept_labels(there), **shape.labels, **owned.labels}
    annotations = {
        **_kept_annotations(there),
        **shape.annotations,
        DATA_HASH_ANNOTATION: content.data_hash,
        **({PROVENANCE_ANNOTATION: content.provenance} if content.provenance else {}),
    }
    finalizers = dict.fromkeys((*(there.metadata.finalizers if there else ()), *shape.finalizers))
    return replace(
        owned,
        data=content.data,
        data_hash=content.data_hash,
        type=shape.type or (there.type if there else NEW_TYPE),
        labels=labels if target.creation_policy is CreationPolicy.OWNER else _without(labels, {CREATED_BY_LABEL}),
        annotations=annotations,
        finalizers=tuple(finalizers),
    )


def is_met(secret: LiveSecret, desired: DesiredSecret) -> bool:
    """Tell whether nothing needs to be written. Provenance that is missing alone is no reason to write."""
    annotations = desired.annotations
    if PROVENANCE_ANNOTATION not in secret.metadata.annotations:
        annotations = _without(annotations, {PROVENANCE_ANNOTATION})
    return (
        secret.data_hash == desired.data_hash
        and secret.metadata.labels == desired.labels
        and secret.metadata.annotations == annotations
        and set(desired.finalizers) <= set(secret.metadata.finalizers)
        and (secret.type, secret.immutable) == (desired.type, desired.immutable)
        and sorted(secret.metadata.owner_references, key=str) == sorted(desired.owner_references, key=str)
    )


def is_owned(snapshot: Snapshot, secret: LiveSecret) -> bool:
    """Tell whether the ExternalSecret controls `secret`: by group, kind and name, as a backup restores it."""
    owner = secret.owner
    named = ("ExternalSecret", snapshot.external.metadata.name)
    return owner is not None and group_of(owner) == ES_GROUP and (owner.kind, owner.name) == named


def group_of(owner: OwnerReference) -> str:
    """Return the API group of an owner."""
    return owner.api_version.rpartition("/")[0]


def mark(secret: LiveSecret, rendered: Rendered) -> str:
    """Return what stays the same while a Secret that others write, too, needs no write of ours."""
    shape = rendered.shape or Shape()
    metadata = hashes.meta_hash({**shape.annotations, "": provenance.text(rendered.origins)}, shape.labels)
    return f"{secret.metadata.uid}/{secret.metadata.resource_version}/{rendered.data_hash}/{metadata}"


def _owned(snapshot: Snapshot, target: Target) -> DesiredSecret:
    """Return who owns the Secret, and the labels that say so; the rest is open."""
    external, there = snapshot.external.metadata, snapshot.secret
    owners = there.metadata.owner_references if there else []
    labels = {MANAGED_LABEL: "true"}
    if target.creation_policy is CreationPolicy.OWNER:
        labels[CREATED_BY_LABEL] = hashes.owner_label(external.namespace, external.name)
        references = (wire.owner_reference(snapshot.external), *(owner for owner in owners if not owner.controller))
    else:
        is_ours = there is not None and is_owned(snapshot, there)
        references = tuple(owner for owner in owners if not (is_ours and owner.controller))
    return DesiredSecret(
        key=snapshot.external.target,
        data={},
        data_hash="",
        type=NEW_TYPE,
        immutable=target.immutable or (there is not None and there.immutable),
        labels=labels,
        annotations={},
        owner_references=references,
    )


def _frozen(owned: DesiredSecret, there: LiveSecret) -> DesiredSecret:
    others = _without(there.metadata.labels, {CREATED_BY_LABEL})
    return replace(
        owned,
        data=there.values,
        data_hash=there.data_hash,
        type=there.type,
        labels={**others, **owned.labels},
        annotations={**there.metadata.annotations, DATA_HASH_ANNOTATION: there.data_hash},
        finalizers=tuple(there.metadata.finalizers),
    )


def _shape(snapshot: Snapshot) -> Shape:
    """Without a template, the Secret has the labels and annotations of its ExternalSecret."""
    external = snapshot.external.metadata
    return Shape(labels=external.labels, annotations=_without(external.annotations, NOT_COPIED))


def _content(there: LiveSecret | None, target: Target, rendered: Rendered) -> _Content:
    if there is None or target.creation_policy not in MERGING:
        return _Content(rendered.data, rendered.data_hash, provenance.text(rendered.origins))
    data, data_hash = joining.joined(there, rendered)
    before = there.metadata.annotations.get(PROVENANCE_ANNOTATION, "")
    foreign = data.keys() - rendered.data.keys()
    return _Content(data, data_hash, provenance.text(rendered.origins, before, foreign))


def _kept_labels(there: LiveSecret | None) -> dict[str, str]:
    if there is None:
        return {}
    return _without(there.metadata.labels, (there.managed or ManagedFields()).labels)


def _kept_annotations(there: LiveSecret | None) -> dict[str, str]:
    if there is None:
        return {}
    ours = (there.managed or ManagedFields()).annotations | {PROVENANCE_ANNOTATION}
    return _without(there.metadata.annotations, ours)


def _without(entries: Mapping[str, str], names: Container[str]) -> dict[str, str]:
    return {name: value for name, value in entries.items() if name not in names}
