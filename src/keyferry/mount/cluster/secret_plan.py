"""What to do about one Secret that is made of mounted files. Pure and total. Called by synced_secrets.

1. Where there is none it is made.
2. One that does not carry the label of synced Secrets is somebody else's: it is never taken over.
3. One of ours gets its data replaced as a whole, and its labels and annotations merged. Nobody's ownerReference is
   taken away. One write says all of it, at the version that was seen; equal state is not written.
4. An older reading never replaces a newer one. Every pod of a class on every node writes the same Secret, and nodes do
   not see a new value at the same instant. So whoever writes says since when the vault is known to hold this.
5. A copy from an outage never replaces anything.
6. What cannot be changed in place is refused: another type, or data of an immutable Secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Where
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import SECRETS_STORE_MANAGED_LABEL as MANAGED_LABEL

AS_OF_ANNOTATION: Final = "keyferry.io/as-of"
LARGEST_SKEW: Final = timedelta(minutes=5)  # an instant further ahead was written by a clock that is wrong
OPAQUE: Final = "Opaque"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSecret:
    """A Secret as the API server has it. It lives for one look: no cache keeps it."""

    metadata: ObjectMeta
    type: str = OPAQUE
    immutable: bool = False
    data: Mapping[str, SecretValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSecret:
    """A Secret as a class wants it, made of files that are known to be so since `as_of`.

    `owners` keep it alive. `is_copy`: they are the node's last good copy, from an outage.
    """

    key: Key
    type: str
    data: Mapping[str, SecretValue]
    owners: tuple[OwnerReference, ...]
    as_of: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    is_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSecret:
    """A Secret to write, with everything that others gave it."""

    key: Key
    type: str
    data: Mapping[str, SecretValue]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner_references: tuple[OwnerReference, ...]
    finalizers: tuple[str, ...] = ()
    immutable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make it."""

    secret: WholeSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Write it over what was seen. `rotates`: its data is new."""

    secret: WholeSecret
    resource_version: str
    rotates: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """It is as it shall be."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; look again the next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Leave it, and say why."""

    error: KeyferryError


Action = Create | Replace | Nothing | Wait | Refuse


def plan(live: LiveSecret | None, wanted: WantedSecret, now: datetime) -> Action:
    """Return what to do about the Secret that was seen."""
    if live is None:
        return Create(secret=_made(wanted))
    if live.metadata.deletion_timestamp is not None:
        return Wait()
    if live.metadata.labels.get(MANAGED_LABEL) != "true":
        return Refuse(error=_somebody_elses(wanted))
    if _is_outdated(live, wanted, now):
        whole = _owned(live, wanted)
        return Wait() if _is_met(live, whole) else _replaced(live, whole)
    obstacle = _obstacle(live, wanted)
    if obstacle is not None:
        return Refuse(error=obstacle)
    whole = _merged(live, wanted)
    return Nothing() if _is_met(live, whole) else _replaced(live, whole)


def settles(action: Action, wanted: WantedSecret) -> bool:
    """Tell whether the Secret holds what is wanted once the action is done."""
    match action:
        case Create() | Nothing():
            return not wanted.is_copy
        case Replace(secret=secret):
            return secret.data == wanted.data and not wanted.is_copy
        case _:
            return False


def _is_outdated(live: LiveSecret, wanted: WantedSecret, now: datetime) -> bool:
    """Tell whether other data must stay: ours is a copy, or was read before theirs."""
    if live.data == wanted.data:
        return False
    written = as_of(live.metadata)
    return wanted.is_copy or (written is not None and wanted.as_of < written <= now + LARGEST_SKEW)


def as_of(metadata: ObjectMeta) -> datetime | None:
    """Return since when the data is known to be so, None where nobody said it in a form that can be read."""
    try:
        written = datetime.fromisoformat(metadata.annotations.get(AS_OF_ANNOTATION, ""))
    except ValueError:
        return None
    return written if written.tzinfo is not None else None


def _obstacle(live: LiveSecret, wanted: WantedSecret) -> KeyferryError | None:
    if live.type != wanted.type:
        return SpecError(
            what=f"Secret {wanted.key} cannot become of type {wanted.type}",
            cause=f"it is of type {live.type}, and no Secret ever changes its type",
            remedy="delete the Secret, and it is made again; or write the type that it has into secretObjects",
            where=_where(wanted),
        )
    if live.immutable and live.data != wanted.data:
        return SpecError(
            what=f"Secret {wanted.key} cannot follow the vault",
            cause="it is immutable, and its data differs",
            remedy="delete the Secret, and it is made again with the new values",
            where=_where(wanted),
        )
    return None


def _somebody_elses(wanted: WantedSecret) -> KeyferryError:
    return GrantError(
        what=f"Secret {wanted.key} is somebody else's",
        cause=f"it does not carry the label {MANAGED_LABEL}: true, so no node plugin made it",
        remedy="choose another secretName, or delete that Secret; to hand it over, set the label on it",
        where=_where(wanted),
    )


def _made(wanted: WantedSecret) -> WholeSecret:
    return WholeSecret(
        key=wanted.key,
        type=wanted.type,
        data=wanted.data,
        labels={**wanted.labels, MANAGED_LABEL: "true"},
        annotations={**wanted.annotations, **_stamp(wanted)},
        owner_references=wanted.owners,
    )


def _owned(live: LiveSecret, wanted: WantedSecret) -> WholeSecret:
    """What is there, kept alive for more owners."""
    there = live.metadata
    known = {owner.uid for owner in there.owner_references}
    return WholeSecret(
        key=wanted.key,
        type=live.type,
        data=live.data,
        labels=there.labels,
        annotations=there.annotations,
        owner_references=(*there.owner_references, *(owner for owner in wanted.owners if owner.uid not in known)),
        finalizers=tuple(there.finalizers),
        immutable=live.immutable,
    )


def _merged(live: LiveSecret, wanted: WantedSecret) -> WholeSecret:
    there = _owned(live, wanted)
    stamp = {} if live.data == wanted.data else _stamp(wanted)
    return WholeSecret(
        key=there.key,
        type=there.type,
        data=wanted.data,
        labels={**there.labels, **wanted.labels, MANAGED_LABEL: "true"},
        annotations={**there.annotations, **wanted.annotations, **stamp},
        owner_references=there.owner_references,
        finalizers=there.finalizers,
        immutable=there.immutable,
    )


def _is_met(live: LiveSecret, whole: WholeSecret) -> bool:
    there = live.metadata
    return (live.data, there.labels, there.annotations, tuple(there.owner_references)) == (
        whole.data,
        whole.labels,
        whole.annotations,
        whole.owner_references,
    )


def _replaced(live: LiveSecret, whole: WholeSecret) -> Replace:
    return Replace(secret=whole, resource_version=live.metadata.resource_version, rotates=live.data != whole.data)


def _stamp(wanted: WantedSecret) -> dict[str, str]:
    return {AS_OF_ANNOTATION: wanted.as_of.isoformat(timespec="milliseconds")}


def _where(wanted: WantedSecret) -> Where:
    return Where(kind="Secret", namespace=wanted.key.namespace, name=wanted.key.name)
