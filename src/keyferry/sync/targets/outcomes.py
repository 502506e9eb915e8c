"""What the Ready condition says of a target of another kind when all is well. Pure; upstream's reasons.

Whoever reads the status should know who can read the values, so it says so: they stand in no Secret.
"""

from typing import Final

from keyferry.model.errors import foreign
from keyferry.spec import conditions
from keyferry.spec.conditions import Condition

SYNCED: Final = "ResourceSynced"
DELETED: Final = "ResourceDeleted"
MISSING: Final = "ResourceMissing"
FAILED: Final = "ResourceSyncedError"


def written(kind: str) -> Condition:
    """Return what holds after a refresh."""
    return _well(SYNCED, f"the {foreign(kind)} holds what the vault holds; {_readers(kind)}")


def intact(kind: str) -> Condition:
    """Return what holds at rest."""
    return _well(SYNCED, f"the {foreign(kind)} holds what was read last; {_readers(kind)}")


def kept(kind: str, *, is_there: bool) -> Condition:
    """Return what holds while the vault has nothing to deliver."""
    rest = f"; the {foreign(kind)} is kept as it is (deletionPolicy Retain)" if is_there else " yet"
    return _well(SYNCED, f"the vault has none of these secrets{rest}")


def gone(kind: str) -> Condition:
    """Return what holds when the object was deleted for that."""
    return _well(DELETED, f"the vault has none of these secrets any more, so the {foreign(kind)} was deleted")


def missing(kind: str) -> Condition:
    """Return what holds while there is nothing to merge into."""
    return _well(
        MISSING,
        f"there is no {foreign(kind)} to merge into (creationPolicy Merge); it is looked for at each interval",
    )


UNWRITTEN: Final = conditions.ready(
    is_ready=True, reason=SYNCED, message="the values can be read; creationPolicy None writes nothing"
)


def _readers(kind: str) -> str:
    return f"it is no Secret: whoever may read the {foreign(kind)} reads the values"


def _well(reason: str, message: str) -> Condition:
    return conditions.ready(is_ready=True, reason=reason, message=message)
