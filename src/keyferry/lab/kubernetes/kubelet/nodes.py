"""The Node that a kubelet registers, and its addresses: made up, since nothing listens there."""

from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

MAX_PODS: Final = 250
VERSION: Final = "v1.34.0"
_CONDITIONS: Final = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def name(index: int) -> str:
    """Return the name of a lab's node, the first of which has index 0."""
    return f"node-{index + 1}"


def address(index: int) -> str:
    """Return the node's address."""
    return f"10.240.0.{index + 4}"


def pod_address(index: int, number: int) -> str:
    """Return the address of the node's pod with this number, from 0 on; they repeat where a node has had very many."""
    return f"10.244.{index % 256}.{number % 250 + 4}"


def document(index: int, now: datetime) -> Object:
    """Return the node as it registers."""
    capacity = {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "50Gi", "pods": str(MAX_PODS)}
    own = name(index)
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": own,
        "kubernetes.io/os": "linux",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": own, "labels": labels},
        "spec": {"podCIDR": f"10.244.{index % 256}.0/24"},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address(index)}, {"type": "Hostname", "address": own}],
            "capacity": capacity,
            "allocatable": dict(capacity),
            "conditions": conditions(now),
            "nodeInfo": _information(),
        },
    }


def conditions(now: datetime) -> list[Object]:
    """Return the conditions of a node that is well."""
    stamp = objects.stamp(now)
    return [
        {
            "type": type_,
            "status": status,
            "reason": reason,
            "message": message,
            "lastHeartbeatTime": stamp,
            "lastTransitionTime": stamp,
        }
        for type_, status, reason, message in _CONDITIONS
    ]


def _information() -> Object:
    return {
        "architecture": "amd64",
        "bootID": "",
        "containerRuntimeVersion": "lab://1.0",
        "kernelVersion": "",
        "kubeProxyVersion": "",
        "kubeletVersion": VERSION,
        "machineID": "",
        "operatingSystem": "linux",
        "osImage": "a folder of the lab",
        "systemUUID": "",
    }
