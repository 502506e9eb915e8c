"""Why a Secret stays as it is although its values were read. Pure; called by plan."""

from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable, Where
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec.external_secret import CreationPolicy, ExternalSecret, Manifest
from keyferry.sync import desired_secret, schedule
from keyferry.sync.state import LiveSecret, Rendered, Snapshot


def gap(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered) -> KeyferryError | None:
    """Return what a fallback vault lacks: it gives values while the first one is unavailable, and takes none away.

    A spec that is new may want fewer keys than the Secret has; it never wants none.
    """
    if not rendered.fallbacks:
        return None
    lost = sorted(_held(snapshot, spec) - set(rendered.data))
    if not rendered.is_empty and (not lost or schedule.is_new(spec, snapshot.external.status)):
        return None
    shown = f"the keys {', '.join(lost)} would be lost" if lost else "it has nothing of it"
    return Unavailable(
        what=f"a fallback vault lacks what Secret {_name(snapshot)} is made of",
        cause=f"{shown}; {rendered.fallbacks[0]}",
        remedy="keep the fallback vaults in step with the first one; the Secret stays as it is meanwhile",
        where=where(snapshot, "spec"),
    )


def to_write(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered) -> KeyferryError | None:
    """Return why the Secret of that name may not be written."""
    secret = snapshot.secret
    if secret is None:
        return None
    return _owner(snapshot, spec, secret) or _content(snapshot, spec, rendered, secret)


def to_delete(snapshot: Snapshot, spec: ExternalSecret) -> KeyferryError | None:
    """Return why `deletionPolicy: Delete` cannot be carried out: only what is owned is deleted."""
    if spec.target.creation_policy is CreationPolicy.OWNER:
        return None
    return SpecError(
        what=f"the vault has nothing for Secret {_name(snapshot)} any more, and it may not be deleted",
        cause=f"deletionPolicy is Delete and creationPolicy {spec.target.creation_policy}, which owns no Secret",
        remedy="use creationPolicy Owner, or deletionPolicy Retain",
        where=where(snapshot, "spec.target.deletionPolicy"),
    )


def generic_target(snapshot: Snapshot, manifest: Manifest) -> KeyferryError:
    """Return the refusal of a target that is named by its kind, where the operator's flag does not allow that."""
    return SpecError(
        what=f"a {manifest.kind} ({manifest.api_version}) cannot be the target",
        cause="targets of other kinds than Secret are not enabled: secret values would stand where many may read",
        remedy="remove spec.target.manifest, so that a Secret is written, or start the operator with "
        "--unsafe-allow-generic-targets",
        where=where(snapshot, "spec.target.manifest"),
    )


def where(snapshot: Snapshot, path: str) -> Where:
    """Return a place in the ExternalSecret."""
    external = snapshot.external.metadata
    return Where(kind="ExternalSecret", namespace=external.namespace, name=external.name, path=path)


def _held(snapshot: Snapshot, spec: ExternalSecret) -> set[str]:
    """Return the keys that are ours as far as it is known: of a Secret that others write, too, only when it is read."""
    secret = snapshot.secret
    if secret is None:
        return set()
    if spec.target.creation_policy in desired_secret.MERGING:
        return set() if secret.managed is None else set(secret.managed.keys)
    return set(secret.keys)


def _owner(snapshot: Snapshot, spec: ExternalSecret, secret: LiveSecret) -> KeyferryError | None:
    """Another ExternalSecret's Secret is never ours; another controller's may be added to."""
    owner = secret.owner
    if owner is None or desired_secret.is_owned(snapshot, secret):
        return None
    is_of_our_kind = desired_secret.group_of(owner) == ES_GROUP and owner.kind == "ExternalSecret"
    if spec.target.creation_policy is not CreationPolicy.OWNER and not is_of_our_kind:
        return None
    return GrantError(
        what=f"Secret {_name(snapshot)} belongs to somebody else",
        cause=f"its controller is {owner.kind} {owner.name}",
        remedy="choose another spec.target.name, or remove that owner",
        where=where(snapshot, "spec.target.name"),
    )


def _content(snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered, secret: LiveSecret) -> KeyferryError | None:
    if spec.target.immutable:
        return None  # its data and type stay as they are
    wanted = rendered.shape.type if rendered.shape else ""
    if wanted and wanted != secret.type:
        return SpecError(
            what=f"Secret {_name(snapshot)} cannot change its type",
            cause=f"it is {secret.type}, the template says {wanted}, and the API server lets no type change",
            remedy="delete the Secret; it is made again with the new type",
            where=where(snapshot, "spec.target.template.type"),
        )
    merges = spec.target.creation_policy in desired_secret.MERGING
    if not secret.immutable or (merges and not secret.is_complete):
        return None
    if desired_secret.of(snapshot, spec.target, rendered).data_hash == secret.data_hash:
        return None
    return SpecError(
        what=f"Secret {_name(snapshot)} cannot follow the vault",
        cause="it is immutable and its data differs",
        remedy="delete the Secret; it is made again with the new values",
        where=where(snapshot, "spec.target.name"),
    )


def _name(snapshot: Snapshot) -> str:
    return f"{snapshot.external.metadata.namespace}/{snapshot.external.target_name}"
