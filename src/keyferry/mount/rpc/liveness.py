"""Whether the CSI socket answers, asked as kubelet would ask: from outside, by the socket. Called by run.

The socket is dialled anew each time: a connection that is held would outlive a socket that was taken away.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

import grpc
import grpc.aio

from keyferry.mount.protobuf.csi_pb2 import ProbeRequest, ProbeResponse
from keyferry.mount.rpc.csi_identity import NAME

_ALONE: Final = [("grpc.use_local_subchannel_pool", 1)]  # else one dial's failure is another's, for a while
PATIENCE: Final = timedelta(seconds=3)  # as upstream's liveness probe has it


class Liveness:
    """Calls Probe on the socket at `path`."""

    def __init__(self, path: Path, patience: timedelta = PATIENCE) -> None:
        self._path = path
        self._patience = patience

    async def problem(self) -> str:
        """Return "" when the plugin answers that it is ready, else what is wrong. Never longer than the patience."""
        async with grpc.aio.insecure_channel(f"unix:{self._path}", options=_ALONE) as channel:
            probe = channel.unary_unary(
                f"/{NAME}/Probe",
                request_serializer=ProbeRequest.SerializeToString,
                response_deserializer=ProbeResponse.FromString,
            )
            try:
                answer = await probe(ProbeRequest(), timeout=self._patience.total_seconds())
            except grpc.aio.AioRpcError as failure:
                return f"the CSI socket does not answer: {failure.code().name}"
        return "" if answer.ready.value else "the plugin is not ready"
