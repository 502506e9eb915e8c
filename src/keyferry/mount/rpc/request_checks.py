"""What a field of kubelet's calls may hold. Pure. Called by requests.

Nothing here quotes what it refuses: a field may hold anything, and errors are read in logs and events.
"""

import re
from collections.abc import Mapping
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.mount.protobuf.csi_pb2 import VolumeCapability

# kubelet's ids have 68 bytes; the specification allows 128: https://github.com/container-storage-interface/spec
MOST_ID_BYTES: Final = 128
MOST_PATH_BYTES: Final = 4095  # PATH_MAX without its NUL
MOST_COMPONENT_BYTES: Final = 255
MOST_ATTRIBUTE_BYTES: Final = 1024 * 1024
MOST_SECRET_BYTES: Final = 2 * 1024 * 1024
MOST_GROUP: Final = 2**32 - 2  # the highest number means "unchanged" to chown(2)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OBJECT_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_UID = re.compile(r"[A-Za-z0-9-]{1,128}")
_NUMBER = re.compile(r"[0-9]{1,10}")
_OF_POD = re.compile(r".*/pods/([^/]+)/volumes/kubernetes\.io~csi/[^/]+/mount")


class InvalidRequest(SpecError):
    """The call itself is malformed: INVALID_ARGUMENT, before anything was done."""


def volume_id(value: str) -> None:
    """InvalidRequest for an id that is missing, too long, or no plain name."""
    if not value:
        raise InvalidRequest(what="the request names no volume_id")
    if len(value.encode()) > MOST_ID_BYTES:
        raise InvalidRequest(what="volume_id is not accepted", cause=f"it has more than {MOST_ID_BYTES} bytes")
    if _CONTROL.search(value) or "/" in value or value in {".", ".."}:
        raise InvalidRequest(what="volume_id is not accepted", cause="it has control characters or is a path")


def path(value: str, field: str) -> None:
    """InvalidRequest for a path that is missing, relative, unclean, or that no file system takes."""
    if not value:
        raise InvalidRequest(what=f"the request names no {field}")
    problem = _problem_of_path(value)
    if problem:
        raise InvalidRequest(what=f"{field} is not accepted", cause=problem)


def object_name(value: str, field: str) -> None:
    """InvalidRequest for what no object in Kubernetes can be named."""
    if not _OBJECT_NAME.fullmatch(value):
        raise InvalidRequest(
            what=f"{field} is not a name that an object can have",
            cause="names have 1 to 253 small letters, digits, - and ., and begin and end with a letter or digit",
        )


def uid(value: str, field: str) -> None:
    """InvalidRequest for what is no uid."""
    if not _UID.fullmatch(value):
        raise InvalidRequest(what=f"{field} is not a uid")


def target_of_pod(target_path: str, pod_uid: str) -> None:
    """InvalidRequest where the target, in kubelet's form, is another pod's than the attributes say.

    Without `podInfoOnMount` kubelet passes on what a pod's author wrote under those names: another pod, another
    namespace. Who wrote it cannot know the uid that the pod will get.
    """
    found = _OF_POD.fullmatch(target_path)
    if found and found[1] != pod_uid:
        raise InvalidRequest(
            what="the volume is another pod's than the attributes say",
            cause="target_path names another uid",
            remedy="set podInfoOnMount: true in the CSIDriver, so that kubelet says which pod it is",
        )


def attributes(context: Mapping[str, str]) -> None:
    """InvalidRequest for more than any pod can say."""
    _check_size(context, "volume_context", MOST_ATTRIBUTE_BYTES)


def secrets(values: Mapping[str, str]) -> None:
    """InvalidRequest for more than any Secret can hold."""
    _check_size(values, "secrets", MOST_SECRET_BYTES)


def mount_volume(capability: VolumeCapability) -> None:
    """InvalidRequest for a block device: secrets are files."""
    if capability.HasField("block"):
        raise InvalidRequest(what="volume_capability is not accepted", cause="a block device is asked for")


def group(value: str) -> int | None:
    """Return the group that files shall belong to, None where none was named. InvalidRequest for what is no group."""
    if not value:
        return None
    if not _NUMBER.fullmatch(value) or int(value) > MOST_GROUP:
        raise InvalidRequest(what="volume_mount_group is not accepted", cause=f"it is no number from 0 to {MOST_GROUP}")
    return int(value)


def _problem_of_path(value: str) -> str:
    parts = value.split("/")
    if not value.startswith("/"):
        return "it is not absolute"
    if _CONTROL.search(value):
        return "it has control characters"
    if len(value.encode()) > MOST_PATH_BYTES or any(len(part.encode()) > MOST_COMPONENT_BYTES for part in parts):
        return "it is too long for a file system"
    if any(part in {"", ".", ".."} for part in parts[1:]):
        return "it has empty parts, . or .."
    return ""


def _check_size(values: Mapping[str, str], field: str, most_bytes: int) -> None:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in values.items())
    if size > most_bytes:
        raise InvalidRequest(what=f"{field} is not accepted", cause=f"it has more than {most_bytes} bytes")
