"""What the Ready condition of an ExternalSecret says when all is well, for each way in which it can be. Pure."""

from typing import Final

from keyferry.spec import conditions
from keyferry.spec.conditions import Condition

SYNCED: Final = "SecretSynced"
DELETED: Final = "SecretDeleted"
MISSING: Final = "SecretMissing"
FAILED: Final = "SecretSyncedError"


def _well(reason: str, message: str) -> Condition:
    return conditions.ready(is_ready=True, reason=reason, message=message)


WRITTEN: Final = _well(SYNCED, "the Secret holds what the vault holds")
INTACT: Final = _well(SYNCED, "the Secret holds what was read last")
FROZEN: Final = _well(SYNCED, "the Secret is immutable and keeps what it was made with")
UNWRITTEN: Final = _well(SYNCED, "the values can be read; creationPolicy None writes no Secret")
NOTHING_YET: Final = _well(SYNCED, "the vault has none of these secrets yet")
KEPT: Final = _well(SYNCED, "the vault has none of these secrets; the Secret is kept as it is (deletionPolicy Retain)")
GONE: Final = _well(DELETED, "the vault has none of these secrets any more, so the Secret was deleted")
NO_TARGET: Final = _well(
    MISSING, "there is no Secret to merge into (creationPolicy Merge); it is looked for at each interval"
)
