"""The proxy that stands for the machine's metadata endpoint in a pod, for programs that know no federated tokens.

Deprecated upstream, and served for those who still need it. An init container turns the pod's traffic for
169.254.169.254 to the proxy, so it needs NET_ADMIN and must never touch a node's own network.
Source: https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html and
https://github.com/Azure/azure-workload-identity/blob/v1.6.0/pkg/webhook/webhook.go
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from keyferry.admit.injection import names
from keyferry.admit.injection.pod_shape import PodShape
from keyferry.admit.injection.refusal import Refused
from keyferry.admit.injection.settings import InjectionSettings, ProxyImages
from keyferry.admit.injection.wish import Json
from keyferry.kube.wire.patches import Operation
from keyferry.model.errors import foreign
from keyferry.model.wellknown import PROXY_PORT_ANNOTATION, PROXY_SIDECAR_ANNOTATION

DEFAULT_PORT: Final = 8000
_NATIVE_SINCE: Final = (1, 32)  # the API server by which every node that may join it restarts init containers
_PORT: Final = re.compile(r"\+?0{0,9}[1-9][0-9]{0,4}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_OFF: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})  # https://pkg.go.dev/strconv#ParseBool


def is_wanted(pod: PodShape) -> bool:
    """Whether the pod asks for the proxy: by the annotation, whatever it says but a no."""
    return PROXY_SIDECAR_ANNOTATION in pod.annotations and not is_declined(pod)


def is_declined(pod: PodShape) -> bool:
    """Whether the annotation says no, which upstream takes for a yes."""
    return says_no(pod.annotations.get(PROXY_SIDECAR_ANNOTATION, ""))


def says_no(text: str) -> bool:
    """Tell whether a text is a no, as Go reads one."""
    return text in _OFF


def takes_native_sidecars(major: str, minor: str) -> bool:
    """Tell by an API server's `/version` whether its nodes restart init containers; no where it is unreadable."""
    numbers = [int(found[0]) for found in map(_NUMBER.match, (major, minor)) if found]
    return len(numbers) == 2 and tuple(numbers) >= _NATIVE_SINCE


def operations(pod: PodShape, settings: InjectionSettings, complete: Callable[[Json], Json]) -> Iterator[Operation]:
    """Yield what puts the proxy's containers into the pod; none for one that is there, by name.

    `complete` gives them what all containers get. To be applied after whatever goes by the indices of the pod's own
    containers. Refused on the node's network, and where the port is none.
    """
    if pod.is_on_host_network:
        where = f"metadata.annotations[{PROXY_SIDECAR_ANNOTATION}]"
        cause = "the proxy would turn the traffic of the whole node, as hostNetwork is true"
        raise Refused(where, cause, "take the annotation away, or spec.hostNetwork")
    port = _port(pod)
    there = {container.name for container in (*(pod.init_containers or ()), *pod.containers)}
    has_list = pod.init_containers is not None
    if names.PROXY_INIT_CONTAINER not in there:
        init = complete(_init(port, settings.proxy))
        path = "/spec/initContainers"
        yield Operation(op="add", path=f"{path}/-" if has_list else path, value=init if has_list else [init])
        has_list = True
    if names.PROXY_CONTAINER not in there:
        yield _with_sidecar(complete(_sidecar(port, settings)), settings, has_list)


def _with_sidecar(sidecar: Json, settings: InjectionSettings, has_list: bool) -> Operation:
    if not settings.native_sidecars:
        return Operation(op="add", path="/spec/containers/0", value=sidecar)
    if has_list:
        return Operation(op="add", path="/spec/initContainers/0", value=sidecar)
    return Operation(op="add", path="/spec/initContainers", value=[sidecar])


def _port(pod: PodShape) -> int:
    text = pod.annotations.get(PROXY_PORT_ANNOTATION)
    if text is None:
        return DEFAULT_PORT
    if not _PORT.fullmatch(text) or int(text) > 65535:
        where = f"metadata.annotations[{PROXY_PORT_ANNOTATION}]"
        remedy = f'write a number from 1 to 65535, such as "{DEFAULT_PORT}", or take the annotation away'
        raise Refused(where, f'"{foreign(text)}" is not a port', remedy)
    return int(text)


def _init(port: int, images: ProxyImages) -> Json:
    return {
        "name": names.PROXY_INIT_CONTAINER,
        "image": images.init,
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": names.PROXY_PORT_VARIABLE, "value": str(port)}],
        "securityContext": {
            "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
            "privileged": True,
            "runAsNonRoot": False,
            "runAsUser": 0,
        },
    }


def _sidecar(port: int, settings: InjectionSettings) -> Json:
    flags = [f"--proxy-port={port}", f"--log-level={settings.proxy.log_level}"]
    probe = ["/proxy", flags[0], "--probe", flags[1]]
    sidecar: Json = {
        "name": names.PROXY_CONTAINER,
        "image": settings.proxy.sidecar,
        "imagePullPolicy": "IfNotPresent",
        "args": flags,
        "ports": [{"containerPort": port}],
        "lifecycle": {"postStart": {"exec": {"command": probe}}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
    }
    return sidecar | {"restartPolicy": "Always"} if settings.native_sidecars else sidecar
