"""Objects of one kind, those that live and those that are soft-deleted, with the times between the two.

https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
"""

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """An object with its name as first written."""

    @property
    def name(self) -> str:
        """The name, which is compared without regard to case."""
        ...


T = TypeVar("T", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Generic[T]):
    """A soft-deleted object. It can be seen and recovered from `visible` on, and is gone at `purged`: unix seconds."""

    item: T
    deleted: int
    visible: int
    purged: int


@dataclass(slots=True, kw_only=True)
class Shelf(Generic[T]):
    """Objects by name in lower case. What is in `recovering` lives again from the instant that it says."""

    live: dict[str, T] = field(default_factory=dict)
    deleted: dict[str, Deleted[T]] = field(default_factory=dict)
    recovering: dict[str, int] = field(default_factory=dict)

    def put(self, item: T) -> None:
        """Add the object, or put it in the place of the one of that name."""
        self.live[item.name.lower()] = item

    def find(self, name: str, now: int) -> T | None:
        """Return the object that lives under this name."""
        key = name.lower()
        return None if self.is_recovering(key, now) else self.live.get(key)

    def present(self, now: int) -> dict[str, T]:
        """Return all objects that live, by name in lower case."""
        if not self.recovering:
            return self.live
        return {name: item for name, item in self.live.items() if not self.is_recovering(name, now)}

    def delete(self, name: str, now: int, *, hidden_seconds: int, kept_seconds: int) -> Deleted[T]:
        """Move the object to the deleted ones, where it cannot be seen for `hidden_seconds`."""
        gone = Deleted(
            item=self.live.pop(name.lower()), deleted=now, visible=now + hidden_seconds, purged=now + kept_seconds
        )
        self.deleted[name.lower()] = gone
        return gone

    def recover(self, name: str, now: int, *, hidden_seconds: int) -> T:
        """Bring the object back with all its versions; it cannot be seen for `hidden_seconds`."""
        gone = self.deleted.pop(name.lower())
        self.live[name.lower()] = gone.item
        if hidden_seconds:
            self.recovering[name.lower()] = now + hidden_seconds
        return gone.item

    def is_recovering(self, name: str, now: int) -> bool:
        """Tell whether the object was recovered so recently that it cannot be seen yet."""
        return self.recovering.get(name.lower(), now) > now

    def expire(self, now: int) -> None:
        """Forget for good what was deleted longer ago than the retention."""
        for name in [name for name, gone in self.deleted.items() if gone.purged <= now]:
            del self.deleted[name]
        for name in [name for name, visible in self.recovering.items() if visible <= now]:
            del self.recovering[name]
