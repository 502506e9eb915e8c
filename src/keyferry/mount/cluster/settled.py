"""Which synced Secrets hold what is wanted, so that a republish asks the API server nothing. Pure.

Kept is a hash, by a key of this process, and never a value. A Secret is looked at again after CHECKED: one that
somebody deleted or edited is found then. To watch the Secrets instead would need the right to list every Secret of the
cluster on every node, and send every change of any synced Secret to every node; this costs one read for each Secret and
node in five minutes, as often as upstream looks. What somebody must mend first is tried again after REFUSED.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError
from keyferry.mount.cluster.secret_plan import WantedSecret

CHECKED: Final = timedelta(minutes=5)
REFUSED: Final = timedelta(minutes=1)
REMEMBERED: Final = 1024
OWNERS: Final = 256  # of one Secret, after which they are counted anew: jobs make a new one with every run


@dataclass(slots=True, kw_only=True)
class _Entry:
    mark: int
    owners: set[str]
    at: datetime
    error: KeyferryError | None


class Settled:
    """Secrets that were seen to hold what is wanted, or were written so; and those that may not be written."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def note(self, wanted: WantedSecret, now: datetime, error: KeyferryError | None = None) -> None:
        """The Secret holds what is wanted, and has its owners; or it may not be written, which `error` tells."""
        owners = {owner.uid for owner in wanted.owners}
        mark = _mark(wanted)
        known = self._entries.get(wanted.key)
        if known is not None and known.mark == mark and known.error is error and len(known.owners) < OWNERS:
            owners |= known.owners
        kept = None if error is None else error.with_traceback(None)  # its frames hold the Secret's data
        self._entries[wanted.key] = _Entry(mark=mark, owners=owners, at=now, error=kept)
        self._entries.move_to_end(wanted.key)
        while len(self._entries) > REMEMBERED:
            self._entries.popitem(last=False)

    def holds(self, wanted: WantedSecret, now: datetime) -> bool:
        """Tell whether there is nothing to do or to look at; `refusal` tells why where it may not be written."""
        known = self._entries.get(wanted.key)
        return (
            known is not None
            and abs(now - known.at) < (CHECKED if known.error is None else REFUSED)
            and known.mark == _mark(wanted)
            and known.owners.issuperset(owner.uid for owner in wanted.owners)
        )

    def refusal(self, key: Key) -> KeyferryError | None:
        """Return why the Secret could not be written the last time, None where it could."""
        known = self._entries.get(key)
        return None if known is None else known.error


def _mark(wanted: WantedSecret) -> int:
    parts = (frozenset(part.items()) for part in (wanted.data, wanted.labels, wanted.annotations))
    return hash((wanted.type, *parts))
