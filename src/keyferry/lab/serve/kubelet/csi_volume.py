"""An inline CSI volume: the folder, the call of the driver, and what is removed when that failed.

Source: `csi_mounter.go` of `kubernetes/pkg/volume/csi`.
"""

import asyncio
import base64
import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import csi_volumes, layout
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import csi_client, folders
from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.csi_client import CallFailed
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.plugins import Driver
from keyferry.lab.serve.kubelet.volumes import VolumeFailed

_OURS = "kubernetes.io/csi"


class CsiVolume:
    """A volume that a driver provides."""

    def __init__(self, node: Node, pod: Object, volume: Object) -> None:
        self.name = str(volume["name"])
        uid = objects.metadata(pod)["uid"]
        self.path = node.root / layout.csi_target(uid, self.name)
        self._id = csi_volumes.volume_id(uid, self.name)
        self._node = node
        self._volume = volume
        self._is_published = False
        self._was_called = False

    async def set_up(self, pod: Object) -> None:
        """Call the driver. What a final failure of the first call left is removed, a mount never."""
        name = self._volume["csi"]["driver"]
        description = self._node.drivers.objects.get(("", name))
        if problem := csi_volumes.problem(description, name):
            raise VolumeFailed(problem)
        assert description is not None
        driver = self._driver("mounter.SetUpAt")
        asked = await self._request(pod, description)
        self._prepare(pod)
        self._was_called = True
        started = asyncio.get_running_loop().time()
        try:
            await csi_client.publish(driver.endpoint, asked, csi_volumes.group(pod))
        except CallFailed as failure:
            self._node.counters.failures += 1
            if not self._is_published and csi_volumes.is_final(failure.code):
                with contextlib.suppress(OSError):  # what the driver left there is in the way of nothing yet
                    self._remove()
            raise VolumeFailed(csi_volumes.failure(failure.code, failure.message)) from failure
        taken = asyncio.get_running_loop().time() - started
        counters = self._node.counters
        (counters.republishes if self._is_published else counters.publishes).append(taken)
        self._is_published = True

    async def tear_down(self) -> None:
        """Have the driver unpublish, and remove the folder, which must be empty and no mount by then."""
        if self._was_called:
            driver = self._driver("Unmounter.TearDownAt")
            try:
                await csi_client.unpublish(driver.endpoint, self._id, str(self.path))
            except CallFailed as failure:
                words = csi_volumes.failure(failure.code, failure.message)
                raise VolumeFailed(f"{_OURS}: Unmounter.TearDownAt failed: {words}") from failure
        try:
            self._remove()
        except OSError as failure:
            raise VolumeFailed(
                f"{_OURS}: Unmounter.TearDownAt failed to clean mount dir [{self.path}]: {failure.strerror}"
            ) from failure
        if self.path.exists():
            raise VolumeFailed(f"{_OURS}: {self.path} is still mounted after the driver unpublished it")

    def shows(self, _reference: Reference | None) -> bool:
        """Nothing that would have the driver called before its time."""
        return False

    def again_after(self) -> float | None:
        """Return the time to the next call, for a driver that wants to be called again."""
        description = self._node.drivers.objects.get(("", self._volume["csi"]["driver"]))
        if description is None or not csi_volumes.is_republished(description):
            return None
        least, most = self._node.settings.republish_seconds
        return least + (most - least) * secrets.randbelow(1000) / 1000

    def _driver(self, operation: str) -> Driver:
        name = self._volume["csi"]["driver"]
        driver = self._node.plugins.drivers.get(name)
        if driver is None:
            raise VolumeFailed(
                f"{_OURS}: {operation} failed to get CSI client: "
                f"driver name {name} not found in the list of registered CSI drivers"
            )
        return driver

    async def _request(self, pod: Object, description: Object) -> csi_volumes.Publish:
        sent = await self._secrets(pod)
        tokens = {}
        try:
            for wish in csi_volumes.wishes(description):
                tokens[wish.audience] = await self._node.tokens.get(pod, wish)
        except Refused as refusal:
            words = f"{_OURS}: mounter.SetUpAt failed to get service account token attributes: {refusal}"
            raise VolumeFailed(words) from refusal
        return csi_volumes.publish(
            pod=pod,
            volume=self._volume,
            driver=description,
            target_path=str(self.path),
            secrets=sent,
            tokens=tokens,
        )

    async def _secrets(self, pod: Object) -> Mapping[str, str]:
        name = objects.dig(self._volume, "csi", "nodePublishSecretRef", "name")
        if not name:
            return {}
        namespace = objects.namespace(pod)
        try:
            found = await self._node.cluster.get(f"/api/v1/namespaces/{namespace}/secrets/{name}")
        except Refused as refusal:
            words = f"fetching NodePublishSecretRef {namespace}/{name} failed: {refusal}"
            raise VolumeFailed(words) from refusal
        data = found.get("data") or {}
        return {key: base64.b64decode(value).decode("utf-8", "replace") for key, value in data.items()}

    def _prepare(self, pod: Object) -> None:
        parent = self.path.parent
        folders.make(parent)
        data = csi_volumes.volume_data(pod, self._volume, self._node.name)
        (parent / layout.VOLUME_DATA).write_text(json.dumps(data))

    def _remove(self) -> None:
        """Remove the target, the note and their folder, unless something is mounted there."""
        _remove_mount_folder(self.path)


def _remove_mount_folder(target: Path) -> None:
    if os.path.ismount(target):
        return
    if target.exists():
        target.rmdir()
    (target.parent / layout.VOLUME_DATA).unlink(missing_ok=True)
    if target.parent.exists():
        target.parent.rmdir()
