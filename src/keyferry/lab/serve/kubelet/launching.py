"""Begins the program of a container."""

from collections.abc import Callable, Sequence

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.node import Node
from keyferry.lab.serve.kubelet.programs import Placeholder, Program
from keyferry.lab.serve.kubelet.volumes import Volume


class Launcher:
    """Launches for one pod, which `pod` gives as it is now."""

    def __init__(self, node: Node, pod: Callable[[], Object], volumes: Sequence[Volume]) -> None:
        self._node = node
        self._pod = pod
        self._volumes = volumes

    async def launch(self, container: Object, is_init: bool) -> Program:  # noqa: ARG002  (for now)
        """Return the program, which runs. ConfigError where something that it needs is missing."""
        return Placeholder(is_init=is_init)
