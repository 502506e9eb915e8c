"""The ports of one feed: where its answers come from, and what its owner does for it. Declared for vault.passes."""

from dataclasses import dataclass
from typing import Protocol

from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretBundle, SecretName, SecretRef, VaultUrl
from keyferry.vault.activity import Activity
from keyferry.vault.feed import Inventory
from keyferry.vault.moment import Moment
from keyferry.vault.sent import Sent
from keyferry.vault.throttle import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a feed is of, and nothing is shared between two that differ."""

    vault_url: VaultUrl
    identity: Identity
    kind: ObjectKind = ObjectKind.SECRET

    def ref(self, name: SecretName) -> SecretRef:
        """Return the reference of an object here, its latest version."""
        return SecretRef(vault_url=self.vault_url, name=name, kind=self.kind)


class Source(Protocol):
    """One identity's way to one kind of object of one vault. Raises KeyferryErrors."""

    async def read(self, ref: SecretRef, priority: Priority, sent: Sent) -> SecretBundle:
        """Return one object with its value."""
        ...

    async def list_all(self, priority: Priority, most_pages: int, sent: Sent) -> Inventory:
        """Return what `most_pages` pages hold, or all there are."""
        ...


class Surroundings(Protocol):
    """What a feed needs of its owner, who knows its vault and identity."""

    @property
    def place(self) -> Place:
        """Whose feed it is, and of what."""
        ...

    def now(self) -> Moment:
        """Return the present moment."""
        ...

    def held(self, ref: SecretRef) -> SecretBundle | None:
        """Return a value that was kept."""
        ...

    def keep(self, ref: SecretRef, bundle: SecretBundle | None) -> None:
        """Keep a value; None lets it go."""
        ...

    def priority(self, ref: SecretRef | None) -> Priority:
        """Return how urgent a read is, or a list for None: what was answered before is a refresh."""
        ...

    def was_answered(self, ref: SecretRef | None) -> None:
        """Take in that a read, or a list for None, had an answer."""
        ...

    def tell(self, ref: SecretRef) -> None:
        """Wake the consumers of an object."""
        ...

    def count(self, activity: Activity) -> None:
        """Count something done."""
        ...
