"""What upstream's driver asks of our provider, and our answer, in the protocol v1alpha1. Pure.

Called by provider_server. The driver 1.6 sends the class's parameters with all of the pod's attributes; the rotation of
1.5 sends the parameters with pod, uid, ServiceAccount and tokens alone. Neither names the class's annotations.
"""

from typing import Final

import msgspec

from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf import provider_pb2
from keyferry.mount.rpc import pod_tokens, request_checks
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.rpc.requests import (
    CLASS_KEY,
    POD_NAME_KEY,
    POD_NAMESPACE_KEY,
    POD_UID_KEY,
    SERVICE_ACCOUNT_KEY,
)
from keyferry.mount.state import Delivery, Mount, PodRef

MODE_BITS: Final = 0o777
MOST_MODE: Final = 0o7777

_TEXTS = msgspec.json.Decoder(dict[str, str] | None)
_NUMBER = msgspec.json.Decoder(int)


def mount_of(request: provider_pb2.MountRequest, provider: str) -> Mount:
    """Return what the driver asks for. InvalidRequest, which quotes nothing, for what is not as the protocol has it."""
    attributes = _texts(request.attributes, "attributes")
    secrets = _texts(request.secrets, "secrets")
    sent = secrets.pop(pod_tokens.KEY, "")  # the driver copies them into the attributes, too
    tokens = pod_tokens.parse(attributes.pop(pod_tokens.KEY, "") or sent)
    return Mount(
        provider=provider,
        class_name=attributes.get(CLASS_KEY, ""),
        pod=_pod(attributes),
        parameters=attributes,
        target_path=request.target_path,
        tokens=tokens,
        secrets={key: SecretValue(value.encode()) for key, value in secrets.items()},
        mode=_mode(request.permission),
    )


def response_of(delivery: Delivery) -> provider_pb2.MountResponse:
    """Return the driver's answer: the complete content of the volume, in the clear."""
    return provider_pb2.MountResponse(
        object_version=[
            provider_pb2.ObjectVersion(id=each.id, version=each.version) for each in delivery.payload.versions
        ],
        files=[
            provider_pb2.File(path=file.path, mode=file.mode, contents=file.content.reveal())
            for file in delivery.payload.files
        ],
    )


def _texts(json: str, field: str) -> dict[str, str]:
    try:
        return _TEXTS.decode(json) or {}
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # the cause would stand in a traceback, with what it could not read
    raise InvalidRequest(what=f"{field} is not accepted", cause="it is not a JSON object of texts")


def _mode(json: str) -> int:
    try:
        mode = _NUMBER.decode(json)
    except (msgspec.DecodeError, ValueError):
        mode = -1
    if not 0 <= mode <= MOST_MODE:
        raise InvalidRequest(what="permission is not accepted", cause="it is not a mode as a JSON number, as 420")
    return mode & MODE_BITS


def _pod(attributes: dict[str, str]) -> PodRef:
    namespace, name = attributes.get(POD_NAMESPACE_KEY, ""), attributes.get(POD_NAME_KEY, "")
    for value, key in ((namespace, POD_NAMESPACE_KEY), (name, POD_NAME_KEY)):
        request_checks.object_name(value, key)
    return PodRef(
        namespace=namespace,
        name=name,
        uid=attributes.get(POD_UID_KEY, ""),
        service_account=attributes.get(SERVICE_ACCOUNT_KEY, ""),
    )
