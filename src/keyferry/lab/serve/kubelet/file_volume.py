"""A volume that kubelet writes itself: secret, configMap, downwardAPI or projected, kept up to date.

The real kubelet looks at such volumes every minute or so; this one writes as soon as something changes.
"""

from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import content, layout, references
from keyferry.lab.kubernetes.kubelet.content import File, Incomplete
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders, payload
from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.volumes import VolumeFailed

TOKEN_SECONDS: Final = 2.0  # how often it is looked whether a token is due, by the lab's clock


class FileVolume:
    """A volume made of objects of the cluster, fields of the pod and tokens."""

    def __init__(self, node: Node, pod: Object, volume: Object) -> None:
        self.name = str(volume["name"])
        uid = objects.metadata(pod)["uid"]
        self.path: Path = node.root / layout.volume(uid, content.plugin(volume), self.name)
        self._node = node
        self._volume = volume
        self._references = references.of_volume(volume, objects.namespace(pod))
        self._written: dict[str, File] | None = None

    async def set_up(self, pod: Object) -> None:
        """Write what is not so yet."""
        try:
            tokens = {
                wish: str((await self._node.tokens.get(pod, wish))["token"]) for wish in content.wishes(self._volume)
            }
            files = content.files(pod, self._volume, self._node.references.get, tokens)
        except Refused as refusal:
            raise VolumeFailed(f"failed to fetch token: {refusal}") from refusal
        except Incomplete as problem:
            raise VolumeFailed(str(problem)) from problem
        if files == self._written:
            return
        folders.make(self.path)
        self.path.chmod(0o755)
        payload.write(self.path, files, now=self._node.cluster.now(), group=content.group(pod))
        self._written = files

    async def tear_down(self) -> None:
        """Remove it."""
        folders.remove(self.path)

    def shows(self, reference: Reference | None) -> bool:
        """Tell whether the volume shows that object, or, for None, fields of the pod."""
        return reference is None or reference in self._references

    def again_after(self) -> float | None:
        """Look after tokens now and then."""
        return TOKEN_SECONDS if content.wishes(self._volume) else None
