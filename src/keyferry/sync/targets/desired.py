"""A target of another kind as it shall be, from the ExternalSecret, what was rendered and the object that is there."""

from collections.abc import Container, Mapping

from keyferry.kube.wire.objects import OwnerReference
from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.model.wellknown import (
    CREATED_BY_LABEL,
    DATA_HASH_ANNOTATION,
    ES_GROUP,
    MANAGED_LABEL,
    PROVENANCE_ANNOTATION,
)
from keyferry.spec import hashes
from keyferry.spec.external_secret import CreationPolicy, ExternalSecret, Target
from keyferry.sync import desired_secret, provenance, schedule, wire
from keyferry.sync.state import Shape
from keyferry.sync.targets import fields, hashing
from keyferry.sync.targets.state import DesiredTarget, LiveTarget, RenderedTarget, Scene


def of(scene: Scene, target: Target, rendered: RenderedTarget) -> DesiredTarget:
    """Return the object whole. The metadata of others is kept, and ours brought up to date."""
    external, live = scene.snapshot.external.metadata, scene.live
    shape = rendered.shape or _shape(scene)
    labels = {**_kept(live, "labels"), **shape.labels, MANAGED_LABEL: "true"}
    labels.pop(CREATED_BY_LABEL, None)
    if target.creation_policy is CreationPolicy.OWNER:
        labels[CREATED_BY_LABEL] = hashes.owner_label(external.namespace, external.name)
    told = provenance.text(rendered.read.origins)
    annotations = {
        **_kept(live, "annotations"),
        **shape.annotations,
        DATA_HASH_ANNOTATION: hashing.data_hash(rendered.fields),
        **({PROVENANCE_ANNOTATION: told} if told else {}),
    }
    finalizers = dict.fromkeys((*(live.metadata.finalizers if live else ()), *shape.finalizers))
    return DesiredTarget(
        resource=scene.resource,
        key=scene.key,
        fields=rendered.fields,
        status=None if live is None else live.status,
        labels=labels,
        annotations=annotations,
        owner_references=_owners(scene, target),
        finalizers=tuple(finalizers),
    )


def is_met(live: LiveTarget, desired: DesiredTarget) -> bool:
    """Tell whether nothing needs to be written. Of kinds whose server fills in defaults, these do not count."""
    there = live.metadata
    is_exact = desired.resource == CONFIG_MAPS
    same = fields.equal(live.fields, desired.fields) if is_exact else fields.covers(live.fields, desired.fields)
    return (
        same
        and (there.labels, there.annotations) == (desired.labels, desired.annotations)
        and set(desired.finalizers) <= set(there.finalizers)
        and sorted(there.owner_references, key=str) == sorted(desired.owner_references, key=str)
    )


def is_intact(scene: Scene, spec: ExternalSecret) -> bool:
    """Tell whether the object holds what was last written: its hash says so, or it is as this process left it.

    What a server fills in moves the hash. Then an object that is read but once is trusted: reading it anew might give
    another value.
    """
    live = scene.live
    if live is None or live.metadata.labels.get(MANAGED_LABEL) != "true":
        return False
    told = live.metadata.annotations.get(DATA_HASH_ANNOTATION)
    if not told:
        return False
    if told == hashing.data_hash(live.fields) or scene.snapshot.settled == mark(live):
        return True
    return scene.resource != CONFIG_MAPS and schedule.interval(spec) is None


def mark(live: LiveTarget) -> str:
    """Return what stays the same while nobody changes the object; a change of its status is none."""
    there = live.metadata
    version = f"g{there.generation}" if there.generation else there.resource_version
    return f"{there.uid}/{version}/{there.annotations.get(DATA_HASH_ANNOTATION, '')}"


def is_owned(scene: Scene) -> bool:
    """Tell whether the ExternalSecret controls the object: by group, kind and name, as a backup restores it."""
    owner = scene.live.owner if scene.live else None
    named = ("ExternalSecret", scene.snapshot.external.metadata.name)
    return owner is not None and desired_secret.group_of(owner) == ES_GROUP and (owner.kind, owner.name) == named


def _owners(scene: Scene, target: Target) -> tuple[OwnerReference, ...]:
    there = scene.live.metadata.owner_references if scene.live else []
    if target.creation_policy is CreationPolicy.OWNER:
        return (wire.owner_reference(scene.snapshot.external), *(owner for owner in there if not owner.controller))
    return tuple(owner for owner in there if not (owner.controller and is_owned(scene)))


def _shape(scene: Scene) -> Shape:
    """Without a template, the object has the labels and annotations of its ExternalSecret."""
    external = scene.snapshot.external.metadata
    return Shape(labels=external.labels, annotations=_without(external.annotations, desired_secret.NOT_COPIED))


def _kept(live: LiveTarget | None, part: str) -> dict[str, str]:
    """Return the labels or annotations of others."""
    if live is None:
        return {}
    if part == "labels":
        return _without(live.metadata.labels, live.managed.labels)
    return _without(live.metadata.annotations, live.managed.annotations | {PROVENANCE_ANNOTATION})


def _without(entries: Mapping[str, str], names: Container[str]) -> dict[str, str]:
    return {name: value for name, value in entries.items() if name not in names}
