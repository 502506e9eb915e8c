"""What a pod's events say of its volumes: one reason and one text for each thing that can happen. Called by publisher,
rotation and synced_secrets.

Reasons and components are upstream's where upstream has the event:
https://secrets-store-csi-driver.sigs.k8s.io/topics/secret-auto-rotation and topics/sync-as-kubernetes-secret. A text
names nothing that differs from time to time, so that the recorder counts what repeats.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from keyferry.kube.events import EventApi, Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, ObjectReference
from keyferry.kube.wire.resources import PODS
from keyferry.model.errors import KeyferryError
from keyferry.mount.state import PodRef
from keyferry.runtime.clock import Clock

SECRETS_COMPONENT: Final = "csi-secrets-store-controller"
ROTATION_COMPONENT: Final = "csi-secrets-store-rotation"
COMPONENT: Final = "keyferry-node"
_SHOWN: Final = 10  # names in one text; a class may have hundreds


class PodEvents:
    """Records what happens to pods' volumes, and returns at once. Needs "create" and "patch" on events."""

    def __init__(self, client: EventApi, *, clock: Clock, instance: str) -> None:
        """`instance` is the node."""
        self._clock = clock
        self._secrets = Recorder(client, SECRETS_COMPONENT, clock=clock, instance=instance)
        self._rotation = Recorder(client, ROTATION_COMPONENT, clock=clock, instance=instance)
        self._own = Recorder(client, COMPONENT, clock=clock, instance=instance)

    async def run(self) -> None:
        """Write events until cancelled."""
        async with asyncio.TaskGroup() as group:
            for recorder in self._recorders:
                group.create_task(recorder.run())

    async def flush(self) -> None:
        """Write what is queued now."""
        for recorder in self._recorders:
            await recorder.flush()

    def rotated(self, pod: PodRef, class_name: str, changed: Sequence[str]) -> None:
        """Tell that files of the class have new content; `changed` are their paths."""
        text = f"SecretProviderClass {class_name}: new content in {_listed(changed)}"
        self._rotation.record(_reference(pod), NORMAL, "MountRotationComplete", text)

    def rotation_failed(self, pod: PodRef, class_name: str, error: KeyferryError) -> None:
        """Tell that the files of the class stay as they are, and why."""
        text = f"SecretProviderClass {class_name}: the files stay as they are. {error}"
        self._rotation.record(_reference(pod), WARNING, "MountRotationFailed", text)

    def secret_rotated(self, pod: PodRef, secret_name: str) -> None:
        """Tell that a synced Secret has new content."""
        text = f"Secret {secret_name} has the new content of the mounted files"
        self._rotation.record(_reference(pod), NORMAL, "SecretRotationComplete", text)

    def secret_failed(self, pod: PodRef, secret_name: str, error: KeyferryError) -> None:
        """Tell that a Secret could not be made of the files, which are mounted all the same. "" for some of a class."""
        text = f"Secret {secret_name} is not synced. {error}" if secret_name else str(error)
        self._secrets.record(_reference(pod), WARNING, "FailedToCreateSecret", text)

    def served_stale(self, pod: PodRef, class_name: str, since: datetime, error: KeyferryError | None) -> None:
        """Tell that the files are the node's last good copy, as read at `since`, and why."""
        age = _rounded(self._clock.now() - since)
        why = "" if error is None else f" {error}"
        text = f"SecretProviderClass {class_name}: the files are a copy read at {_instant(since)} ({age} old).{why}"
        self._own.record(_reference(pod), WARNING, "ServedStale", text)

    def fell_back(self, pod: PodRef, class_name: str, vault_url: str, error: KeyferryError) -> None:
        """Tell that another vault answered in place of the class's own."""
        text = f"SecretProviderClass {class_name}: read from {vault_url} instead. {error}"
        self._own.record(_reference(pod), WARNING, "FallbackVault", text)

    def vault_recovered(self, pod: PodRef, class_name: str) -> None:
        """Tell that what a copy or another vault stood in for is read from the class's own vault again."""
        text = f"SecretProviderClass {class_name}: read from its own vault again"
        self._own.record(_reference(pod), NORMAL, "VaultRecovered", text)

    def plain_directory(self, pod: PodRef, class_name: str, cause: str) -> None:
        """Tell that the volume is no memory file system, and why."""
        text = f"SecretProviderClass {class_name}: the files are in a plain directory, which a disk may hold. {cause}"
        self._own.record(_reference(pod), WARNING, "PlainDirectory", text)

    def stored_credential(self, pod: PodRef, class_name: str) -> None:
        """Tell that the class is read with a client secret that somebody stored."""
        text = (
            f"SecretProviderClass {class_name}: read with a stored credential, the one of nodePublishSecretRef. "
            "Workload identity needs none: set clientID in the class"
        )
        self._own.record(_reference(pod), WARNING, "StoredCredential", text)

    @property
    def _recorders(self) -> tuple[Recorder, ...]:
        return self._secrets, self._rotation, self._own


def _reference(pod: PodRef) -> ObjectReference:
    return ObjectReference(
        api_version=PODS.api_version, kind=PODS.kind, name=pod.name, namespace=pod.namespace, uid=pod.uid
    )


def _listed(paths: Sequence[str]) -> str:
    shown = sorted(paths)[:_SHOWN]
    more = len(paths) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rounded(age: timedelta) -> str:
    """Say an age in its largest unit, so that the text stays the same for a while."""
    seconds = int(age.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "less than a minute"
