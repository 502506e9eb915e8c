"""What the feeds did, counted, and how each asks: for metrics and the doctor. Pure. No object's name is in here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, VaultUrl
from keyferry.vault.choice import Mode


class Activity(StrEnum):
    """A thing that feeds do."""

    PASS_BY_LIST = "pass_by_list"  # noqa: S105  (a way round the vault, not a password)
    PASS_BY_READS = "pass_by_reads"  # noqa: S105  (as above)
    FROM_MEMORY = "from_memory"
    CHANGE_FOUND = "change_found"
    EVENT_USED = "event_used"
    EVENT_IGNORED = "event_ignored"  # its version is held already
    EVENT_UNKNOWN = "event_unknown"  # nobody asks for its object


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed: whose, of what, and how it asks and why. `pages` is the size of a list, None while it is unknown."""

    vault_url: VaultUrl
    identity: Identity
    kind: ObjectKind
    tracked: int
    pages: int | None
    mode: Mode
    why: str
    last_pass: datetime | None
