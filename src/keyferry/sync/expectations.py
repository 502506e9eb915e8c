"""Who will read what, before this process has read it: so that an event wakes an object at rest after a restart. Pure.

Written by sync.observe, asked by sync.wakes. An ExternalSecret that is read is the business of sync.consumers.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import ObjectKind

HEARD: Final = 10_000  # events that are kept in mind for those who are looked at later


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An object as events name it, by the vault's short name; every object of the kind where `name` is ""."""

    vault: str
    kind: ObjectKind
    name: str


class Expectations:
    """What the ExternalSecrets name that nobody has read yet."""

    def __init__(self) -> None:
        self._topics: dict[Key, frozenset[Topic]] = {}
        self._keys: dict[Topic, set[Key]] = {}
        self._heard: OrderedDict[Topic, None] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._topics

    def expect(self, key: Key, topics: Iterable[Topic]) -> bool:
        """Take in what `key` names; return whether something happened to it since the start."""
        self.settle(key)
        self._topics[key] = frozenset(topics)
        for topic in self._topics[key]:
            self._keys.setdefault(topic, set()).add(key)
        return any(topic in self._heard for topic in self._topics[key])

    def settle(self, key: Key) -> None:
        """Take in that `key` was read, or is gone."""
        for topic in self._topics.pop(key, ()):
            self._keys[topic].discard(key)
            if not self._keys[topic]:
                del self._keys[topic]

    def heard(self, vault: str, kind: ObjectKind, name: str) -> frozenset[Key]:
        """Return who names what something happened to. A certificate is also the secret and the key of its name."""
        kinds = tuple(ObjectKind) if kind is ObjectKind.CERTIFICATE else (kind,)
        topics = [Topic(vault=vault, kind=one, name=each) for one in kinds for each in (name.lower(), "")]
        for topic in topics:
            self._heard[topic] = None
            self._heard.move_to_end(topic)
        while len(self._heard) > HEARD:
            self._heard.popitem(last=False)
        return frozenset(key for topic in topics for key in self._keys.get(topic, ()))
