"""What a log line may tell of a gRPC message: names and sizes of what is sent along, never what is in it. Pure.

Called by rpc. Attributes are a pod's own words and may hold anything, so of them too only the names are told.
"""

from collections.abc import Mapping
from typing import Final

from google.protobuf.message import Message

from keyferry.model.errors import foreign
from keyferry.mount.protobuf.csi_pb2 import (
    NodePublishVolumeRequest,
    NodeStageVolumeRequest,
    NodeUnpublishVolumeRequest,
    NodeUnstageVolumeRequest,
)
from keyferry.mount.protobuf.provider_pb2 import MountRequest, MountResponse

MOST_NAMES: Final = 32


def describe(message: Message) -> Mapping[str, str]:
    """Return the fields of a log line about `message`; none for a message that tells nothing of interest."""
    match message:
        case NodePublishVolumeRequest():
            return {
                "volume_id": foreign(message.volume_id),
                "target_path": foreign(message.target_path),
                "attributes": _names(message.volume_context),
                "secrets": _names(message.secrets),
            }
        case NodeUnpublishVolumeRequest():
            return {"volume_id": foreign(message.volume_id), "target_path": foreign(message.target_path)}
        case NodeStageVolumeRequest() | NodeUnstageVolumeRequest():
            return {
                "volume_id": foreign(message.volume_id),
                "staging_target_path": foreign(message.staging_target_path),
            }
        case MountRequest():
            return {"target_path": foreign(message.target_path), "bytes": str(message.ByteSize())}
        case MountResponse():
            return {"files": _names({file.path: "" for file in message.files}), "bytes": str(message.ByteSize())}
        case _:
            return {}


def _names(values: Mapping[str, str]) -> str:
    names = sorted(values)
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return foreign(", ".join(names[:MOST_NAMES])) + more
