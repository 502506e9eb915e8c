"""What a vendor's provider is asked, and what its answer means, in the protocol v1alpha1. Pure.

Called by provider_client. Values are JSON inside protobuf's strings. The order in which an answer is judged is that of
the Secrets Store CSI driver.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from keyferry.model.errors import GrantError, KeyferryError, NotFound, Throttled, Unavailable, foreign
from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf.provider_pb2 import MountRequest, MountResponse
from keyferry.mount.rpc import pod_tokens
from keyferry.mount.rpc.grpc_errors import Code, CodedError
from keyferry.mount.state import Delivery, Mount, MountedFile, ObjectVersion, Payload
from keyferry.spec import mount_paths

PROVIDER_ERROR: Final = "GRPCProviderError"  # upstream's words for its counters
WRITE_ERROR: Final = "FileWriteError"
MODE_BITS: Final = 0o777
MOST_REASON_CHARACTERS: Final = 64
_RULER: Final = re.compile(r"-{9,}")  # the Go clients of Azure draw some, before the code that says what is wrong


def request_of(mount: Mount) -> MountRequest:
    """Return what a provider is sent. It holds the pod's tokens and secrets in the clear."""
    attributes = dict(mount.parameters)
    if mount.tokens:
        attributes[pod_tokens.KEY] = pod_tokens.text_of(mount.tokens)
    secrets = {key: value.reveal().decode() for key, value in mount.secrets.items()}
    return MountRequest(
        attributes=_json(attributes),
        secrets=_json(secrets) if secrets else "null",
        target_path=mount.target_path,
        permission=str(mount.mode),
    )


def delivery_of(response: MountResponse, provider: str) -> Delivery:
    """Return what a provider delivered.

    Raises CodedError for a failure that it tells, for an answer without versions, and for paths that may not be. Of two
    files of one path the last counts, as of two versions of one object.
    """
    what = f"provider {provider} did not deliver the files"
    if response.error.code:
        reason = foreign(response.error.code)[:MOST_REASON_CHARACTERS]
        raise CodedError(code=Code.UNKNOWN, reason=reason, what=what, cause=f"mount request failed with {reason}")
    versions = {each.id: each.version for each in response.object_version}
    if not versions:
        cause = "its answer names no version of any object"
        raise CodedError(code=Code.UNKNOWN, reason=PROVIDER_ERROR, what=what, cause=cause)
    files = {file.path: file for file in response.files}
    problem = mount_paths.problem_of_paths(tuple(files))
    if problem:
        raise CodedError(code=Code.UNKNOWN, reason=WRITE_ERROR, what=what, cause=foreign(problem))
    return Delivery(
        payload=Payload(
            files=tuple(
                MountedFile(path=path, mode=file.mode & MODE_BITS, content=SecretValue(file.contents))
                for path, file in files.items()
            ),
            versions=tuple(sorted(ObjectVersion(id=id_, version=version) for id_, version in versions.items())),
            is_written=not files,
        ),
    )


def failure_of(number: int, text: str, provider: str) -> KeyferryError:
    """Return what a provider's refusal is to us: its code decides how long to wait and what kubelet is told."""
    what = f"provider {provider} did not deliver the files"
    cause = foreign(_RULER.sub("", text))
    code = Code(number)
    match code:
        case Code.RESOURCE_EXHAUSTED if "larger than max" in text:
            remedy = "deliver less in one class, or raise --max-call-recv-msg-size"
            return CodedError(code=code, reason=PROVIDER_ERROR, what=what, cause=cause, remedy=remedy)
        case Code.RESOURCE_EXHAUSTED:
            return Throttled(what=what, cause=cause)
        case Code.UNAVAILABLE | Code.DEADLINE_EXCEEDED | Code.ABORTED | Code.CANCELLED:
            return Unavailable(what=what, cause=cause)
        case Code.PERMISSION_DENIED | Code.UNAUTHENTICATED:
            return GrantError(what=what, cause=cause)
        case Code.NOT_FOUND:
            return NotFound(what=what, cause=cause)
        case _:
            return CodedError(code=code, reason=PROVIDER_ERROR, what=what, cause=cause)


def _json(values: Mapping[str, str]) -> str:
    return msgspec.json.encode(values).decode()
