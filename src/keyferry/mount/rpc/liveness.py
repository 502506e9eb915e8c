"""Whether a socket of this process answers, asked from outside, by the socket. Called by run.

The socket is dialled anew each time: a connection that is held would outlive a socket that was taken away.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

from keyferry.mount.protobuf.csi_pb2 import ProbeRequest, ProbeResponse
from keyferry.mount.rpc.csi_identity import NAME

_ALONE: Final = [("grpc.use_local_subchannel_pool", 1)]  # else one dial's failure is another's, for a while
PATIENCE: Final = timedelta(seconds=3)  # as upstream's liveness probe has it

Answer = TypeVar("Answer", bound=Message)


class Liveness:
    """Calls Probe on the CSI socket at `path`, as kubelet would."""

    def __init__(self, path: Path, patience: timedelta = PATIENCE) -> None:
        self._path = path
        self._patience = patience

    async def problem(self) -> str:
        """Return "" when the plugin answers that it is ready, else what is wrong. Never longer than the patience."""
        answer = await asked(self._path, f"/{NAME}/Probe", ProbeRequest(), ProbeResponse, self._patience)
        if isinstance(answer, str):
            return f"the CSI socket does not answer: {answer}"
        return "" if answer.ready.value else "the plugin is not ready"


async def asked(
    path: Path, method: str, request: Message, answer: type[Answer], patience: timedelta = PATIENCE
) -> Answer | str:
    """Return the answer of the socket at `path`, or the name of the code with which it failed."""
    async with grpc.aio.insecure_channel(f"unix:{path}", options=_ALONE) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[Message, Answer] = channel.unary_unary(
            method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer.FromString,
        )
        try:
            return await call(request, timeout=patience.total_seconds())
        except grpc.aio.AioRpcError as failure:
            return failure.code().name
