"""Which volumes a change wakes: one that the vaults' feeds saw, one that the operator heard of, an edited class.

Called by node; calls the queue of looks.
"""

from collections.abc import Callable
from typing import Protocol

from keyferry.kube.controller.loop import Controller
from keyferry.kube.wire.objects import Key
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.mount.cluster.classes import Classes
from keyferry.mount.known import Known
from keyferry.vault.activity import Activity
from keyferry.vault.events.relay import RelayedHint
from keyferry.vault.feed import folded


class Feeds(Protocol):
    """What sees changes, and can be told of one: vault.reader's Reader."""

    def on_change(self, callback: Callable[[Identity, SecretRef], None], /) -> None:
        """Have `callback` called when an object changed."""
        ...

    def woken(self, vault_url: VaultUrl, name: SecretName, version: SecretVersion, kind: ObjectKind, /) -> Activity:
        """Take in a hint."""
        ...


class Wakes:
    """Lets every change wake the volumes that it concerns, and no others."""

    def __init__(self, known: Known, looks: Controller, feeds: Feeds) -> None:
        self._known = known
        self._looks = looks
        self._feeds = feeds

    def connect(self, classes: Classes) -> None:
        """Listen from now on."""
        self._feeds.on_change(self.on_change)
        classes.on_change(self.on_class)
        classes.on_hint(self.on_hint)

    def on_change(self, identity: Identity, ref: SecretRef) -> None:
        """Wake the volumes that show an object, read by this identity."""
        for volume in self._known.showing(identity, ref):
            self._looks.enqueue(volume.key)

    def on_class(self, key: Key) -> None:
        """Wake the volumes that a class makes."""
        for volume in self._known.of_class(key):
            self._looks.enqueue(volume.key)

    def on_hint(self, key: Key, hint: RelayedHint) -> None:
        """Let the feeds look at what a hint names, where a volume of its class shows that.

        Nowhere else: who edits a class shall not make keyferry ask for what others mount.
        """
        shown = (each.ref for volume in self._known.of_class(key) for each in volume.watched)
        for url in {ref.vault_url for ref in shown if ref.name == folded(hint.name)}:
            self._feeds.woken(url, hint.name, hint.version, hint.kind)
