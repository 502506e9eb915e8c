"""Why a target of another kind stays as it is although its values were read. Pure; called by plan."""

from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec.external_secret import CreationPolicy, ExternalSecret
from keyferry.sync import desired_secret, schedule
from keyferry.sync.obstacles import where
from keyferry.sync.state import Rendered
from keyferry.sync.targets import desired, fields
from keyferry.sync.targets.state import RenderedTarget, Scene


def gap(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget) -> KeyferryError | None:
    """Return what a fallback vault lacks: it gives values while the first one is unavailable, and takes none away."""
    read = rendered.read
    if not read.fallbacks:
        return None
    lost = sorted(_lost(scene, spec, rendered))
    if not read.is_empty and not read.missing and not lost:
        return None
    shown = f"the keys {', '.join(lost)} would be lost" if lost else _lacking(read)
    return Unavailable(
        what=f"a fallback vault lacks what {scene.name} is made of",
        cause=f"{shown}; {read.fallbacks[0]}",
        remedy="keep the fallback vaults in step with the first one; the target stays as it is meanwhile",
        where=where(scene.snapshot, "spec"),
    )


def to_write(scene: Scene, spec: ExternalSecret) -> KeyferryError | None:
    """Return why the object of that name may not be written: another ExternalSecret's is never ours."""
    owner = scene.live.owner if scene.live else None
    if owner is None or desired.is_owned(scene):
        return None
    is_of_our_kind = desired_secret.group_of(owner) == ES_GROUP and owner.kind == "ExternalSecret"
    if spec.target.creation_policy is not CreationPolicy.OWNER and not is_of_our_kind:
        return None
    return GrantError(
        what=f"{scene.name} belongs to somebody else",
        cause=f"its controller is {owner.kind} {owner.name}",
        remedy="choose another spec.target.name, or remove that owner",
        where=where(scene.snapshot, "spec.target.name"),
    )


def to_delete(scene: Scene, spec: ExternalSecret) -> KeyferryError | None:
    """Return why `deletionPolicy: Delete` cannot be carried out: only what is owned is deleted."""
    if spec.target.creation_policy is CreationPolicy.OWNER:
        return None
    return SpecError(
        what=f"the vault has nothing for {scene.name} any more, and it may not be deleted",
        cause=f"deletionPolicy is Delete and creationPolicy {spec.target.creation_policy}, which owns nothing",
        remedy="use creationPolicy Owner, or deletionPolicy Retain",
        where=where(scene.snapshot, "spec.target.deletionPolicy"),
    )


def _lost(scene: Scene, spec: ExternalSecret, rendered: RenderedTarget) -> set[str]:
    """A spec that is new may want fewer keys than the object has."""
    if scene.live is None or schedule.is_new(spec, scene.snapshot.external.status):
        return set()
    return fields.names(scene.live.fields) - fields.names(rendered.fields)


def _lacking(read: Rendered) -> str:
    return "it has nothing of it" if read.is_empty else f"it does not have all of it ({read.missing[0]})"
