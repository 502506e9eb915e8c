"""Begins the program of a container: a process where the pod asks for that, else a placeholder."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelet import environment, layout, mount_paths
from keyferry.lab.kubernetes.kubelet.environment import Unresolved
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.process import Process
from keyferry.lab.serve.kubelet.programs import ConfigError, Placeholder, Program
from keyferry.lab.serve.kubelet.volumes import Volume

AS_PROCESS: Final = "keyferry.io/lab-process"  # the annotation by which a pod asks for it, with the value `true`


class Launcher:
    """Launches for one pod, which `pod` gives as it is now."""

    def __init__(self, node: Node, pod: Callable[[], Object], volumes: Sequence[Volume]) -> None:
        self._node = node
        self._pod = pod
        self._volumes = volumes

    async def launch(self, container: Object, is_init: bool) -> Program:
        """Return the program, which runs. ConfigError where something that it needs is missing."""
        pod = self._pod()
        try:
            variables = environment.variables(pod, container, self._node.references.get)
        except Unresolved as problem:
            raise ConfigError(str(problem)) from problem
        if (objects.dig(pod, "metadata", "annotations") or {}).get(AS_PROCESS) != "true":
            return Placeholder(is_init=is_init)
        return await self._process(pod, container, variables)

    async def _process(self, pod: Object, container: Object, variables: dict[str, str]) -> Program:
        words = environment.arguments(container, variables)
        if not words:
            raise ConfigError(
                f"container {container['name']} has no command, and this lab has no images to take it from"
            )
        places = {volume.name: str(volume.path) for volume in self._volumes}
        mounts = mount_paths.of(container, places)
        own = {name: mount_paths.rewritten(text, mounts) for name, text in variables.items()}
        uid = objects.metadata(pod)["uid"]
        home = mount_paths.rewritten(str(container.get("workingDir") or self._node.root / layout.pod(uid)), mounts)
        return await Process.start(
            [mount_paths.rewritten(word, mounts) for word in words],
            {**self._surroundings(pod), **mount_paths.names(container, places), **own},
            folder=Path(home),
            log=self._node.logs.open(uid, str(container["name"])),
        )

    def _surroundings(self, pod: Object) -> dict[str, str]:
        """Return what every process has: this Python's folder first on the path, and the lab's network."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
        return {"PATH": path, "HOSTNAME": objects.name(pod), **self._node.settings.environment()}
