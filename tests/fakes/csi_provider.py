"""A vendor's provider on a unix socket, as strict as upstream's own: it answers `localhost` alone.

It runs on grpc's threads and not on the test's loop: only that server of grpc tells a call's authority.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import grpc

from keyferry.mount.protobuf import provider_pb2
from tests.fakes.patience import PATIENCE

SERVICE: Final = "v1alpha1.CSIDriverProvider"
VERSIONS: Final = (provider_pb2.ObjectVersion(id="secret/db", version="1"),)


class CsiProvider:
    """Answers with `response`, after the failures in `refusals`, which go first one by one. Keeps what it was asked.

    With `let_go` cleared an answer waits for it, and `begun` tells that one does.
    """

    def __init__(self) -> None:
        self.asked: list[provider_pb2.MountRequest] = []
        self.authorities: set[str] = set()
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.let_go.set()
        self.refusals: list[tuple[grpc.StatusCode, str]] = []
        self.response = provider_pb2.MountResponse(
            object_version=VERSIONS,
            files=[provider_pb2.File(path="db", mode=0o400, contents=b"hunter2")],
        )

    @contextmanager
    def serving(self, folder: Path, name: str = "vendor") -> Iterator[None]:
        """Serve `<folder>/<name>.sock` inside the block."""
        server = grpc.server(ThreadPoolExecutor(max_workers=4))
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Mount": grpc.unary_unary_rpc_method_handler(
                self._mount, provider_pb2.MountRequest.FromString, provider_pb2.MountResponse.SerializeToString
            ),
            "Version": grpc.unary_unary_rpc_method_handler(
                self._version, provider_pb2.VersionRequest.FromString, provider_pb2.VersionResponse.SerializeToString
            ),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        server.add_insecure_port(f"unix:{folder / name}.sock")
        server.start()
        try:
            yield
        finally:
            server.stop(grace=None).wait()

    def files(self, *files: tuple[str, int, bytes]) -> None:
        """Answer with these files from now on."""
        self.response = provider_pb2.MountResponse(object_version=VERSIONS, files=_files(files))

    def _mount(self, request: provider_pb2.MountRequest, context: Any) -> provider_pb2.MountResponse:
        self._check(context)
        self.asked.append(request)
        self.begun.set()
        self.let_go.wait(timeout=PATIENCE)
        if self.refusals:
            context.abort(*self.refusals.pop(0))
        return self.response

    def _version(self, request: provider_pb2.VersionRequest, context: Any) -> provider_pb2.VersionResponse:
        self._check(context)
        return provider_pb2.VersionResponse(version=request.version, runtime_name="vendor", runtime_version="1.2.3")

    def _check(self, context: Any) -> None:
        authority = context._rpc_event.call_details.host.decode()
        self.authorities.add(authority)
        if authority != "localhost":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the authority is not localhost")


def _files(files: Sequence[tuple[str, int, bytes]]) -> list[provider_pb2.File]:
    return [provider_pb2.File(path=path, mode=mode, contents=contents) for path, mode, contents in files]
