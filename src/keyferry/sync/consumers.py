"""Who reads what: the ExternalSecrets behind each object of a vault, and which of them were woken. Pure.

Written by sync.observe when it reads; asked by sync.wakes when the vault library tells of a change.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from keyferry.kube.wire.objects import Key
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretRef, VaultUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """One object, whatever its version, as one identity sees it; every object of the kind where `name` is ""."""

    identity: Identity
    vault_url: VaultUrl
    kind: ObjectKind
    name: str  # in lower case


class Consumers:
    """The last reads of each ExternalSecret. Nothing is found by an identity that did not read it."""

    def __init__(self) -> None:
        self._interests: dict[Key, frozenset[Interest]] = {}
        self._readers: dict[Interest, set[Key]] = {}
        self._woken: dict[Key, int] = {}
        self._wakes = 0

    def reads(self, key: Key, interests: Iterable[Interest]) -> None:
        """Take in what `key` reads now, in place of what it read before."""
        wanted = frozenset(interests)
        before = self._interests.get(key, frozenset())
        if wanted == before:
            return  # as nearly always: what is kept stays the very same
        for interest in before - wanted:
            self._readers[interest].discard(key)
            if not self._readers[interest]:
                del self._readers[interest]
        for interest in wanted - before:
            self._readers.setdefault(interest, set()).add(key)
        if wanted:
            self._interests[key] = wanted
        else:
            self._interests.pop(key, None)

    def also(self, key: Key, interest: Interest) -> None:
        """Take in that `key` is about to read this too: what changes from now on wakes it."""
        before = self._interests.get(key, frozenset())
        if interest not in before:
            self.reads(key, before | {interest})

    def knows(self, key: Key) -> bool:
        """Tell whether `key` has read anything that can change."""
        return key in self._interests

    def forget(self, key: Key) -> None:
        """Forget an ExternalSecret that is gone."""
        self.reads(key, ())
        self._woken.pop(key, None)

    def wake(self, identity: Identity, ref: SecretRef) -> frozenset[Key]:
        """Return whose values may have changed with `ref`; each stays woken until it is served."""
        names = (ref.name.lower(), "")
        interests = [Interest(identity=identity, vault_url=ref.vault_url, kind=ref.kind, name=name) for name in names]
        found = frozenset(key for interest in interests for key in self._readers.get(interest, ()))
        for key in found:
            self.mark(key)
        return found

    def mark(self, key: Key) -> None:
        """Let `key` be woken, whatever it reads."""
        self._wakes += 1
        self._woken[key] = self._wakes

    def woken(self, key: Key) -> int:
        """Return the number of the last wake of `key` that was not served, 0 for none."""
        return self._woken.get(key, 0)

    def served(self, key: Key, wake: int) -> None:
        """Take in that `key` holds what it was woken for; a later wake than `wake` stays."""
        if self._woken.get(key) == wake:
            del self._woken[key]
