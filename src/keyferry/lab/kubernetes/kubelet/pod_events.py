"""The events that a kubelet writes about pods, as v1 Events; a repeated one is counted."""

from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

SOURCE: Final = "kubelet"
MAX_MESSAGE: Final = 1024  # of an event's note, as the API server allows

FAILED_MOUNT: Final = "FailedMount"
FAILED_UNMOUNT: Final = "FailedUnMount"
CREATED: Final = "Created"
STARTED: Final = "Started"
KILLING: Final = "Killing"
FAILED: Final = "Failed"
BACK_OFF: Final = "BackOff"
WARNINGS: Final = frozenset({FAILED_MOUNT, FAILED_UNMOUNT, FAILED, BACK_OFF})


def set_up_failed(volume: str, why: str) -> str:
    """Return the message of FailedMount."""
    return f'MountVolume.SetUp failed for volume "{volume}" : {why}'


def tear_down_failed(volume: str, why: str) -> str:
    """Return the message about a volume that does not go."""
    return f'UnmountVolume.TearDown failed for volume "{volume}" : {why}'


def event(pod: Object, *, reason: str, message: str, node: str, suffix: str, now: datetime) -> Object:
    """Return a new event about a pod."""
    metadata = objects.metadata(pod)
    about = {
        "apiVersion": "v1",
        "kind": "Pod",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "resourceVersion": str(metadata.get("resourceVersion") or ""),
    }
    stamp = objects.stamp(now)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"namespace": metadata["namespace"], "name": f"{metadata['name']}.{suffix}"},
        "involvedObject": about,
        "type": "Warning" if reason in WARNINGS else "Normal",
        "reason": reason,
        "message": message[:MAX_MESSAGE],
        "source": {"component": SOURCE, "host": node},
        "reportingComponent": SOURCE,
        "reportingInstance": node,
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
    }


def again(count: int, now: datetime) -> Object:
    """Return the patch of an event that happens for the `count`th time."""
    return {"count": count, "lastTimestamp": objects.stamp(now)}
