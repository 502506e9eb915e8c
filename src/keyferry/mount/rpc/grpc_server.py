"""Serves gRPC on a unix socket that only its owner may open, until it is closed.

Called by run, registration and provider_server.
"""

import errno
import os
import socket
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc.aio

from keyferry.model.errors import SpecError
from keyferry.mount.rpc.services import Service

MOST_BYTES: Final = 4 * 1024 * 1024  # of one request: the objects of a class are text that etcd holds
PRIVATE: Final = 0o177


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many calls may run at once, and how many bytes one may have. More is RESOURCE_EXHAUSTED."""

    concurrent: int = 1024  # two calls for each pod that a large node can hold
    most_bytes: int = MOST_BYTES


class SocketServer:
    """One socket at `path`, with the services that it is given."""

    def __init__(self, path: Path, services: Sequence[Service], limits: Limits | None = None) -> None:
        self._path = path
        self._services = services
        self._limits = limits or Limits()
        self._server: grpc.aio.Server | None = None

    @property
    def path(self) -> Path:
        """Where it listens."""
        return self._path

    async def open(self) -> None:
        """Listen. What an earlier process left there goes first; SpecError where something else is, or still listens.

        The socket is mode 0600 from its first moment. The umask, which is the whole process's, changes for that moment:
        call this before threads write files.
        """
        clear(self._path)
        if not self._path.parent.is_dir():
            raise _refused(self._path, f"there is no folder {self._path.parent}")
        server = grpc.aio.server(
            handlers=[service.handler for service in self._services],
            maximum_concurrent_rpcs=self._limits.concurrent,
            options=[
                ("grpc.max_receive_message_length", self._limits.most_bytes),
                ("grpc.max_send_message_length", -1),
            ],
        )
        before = os.umask(PRIVATE)
        try:
            server.add_insecure_port(f"unix:{self._path}")
        except RuntimeError as refusal:
            await server.stop(None)
            raise _refused(self._path, "the system refused: see that its folder may be written") from refusal
        finally:
            os.umask(before)
        await server.start()
        self._server = server

    async def close(self, grace_seconds: float = 0.0) -> None:
        """Take the socket away; calls that run have `grace_seconds` to end."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop(grace_seconds)  # grpc takes the socket's file away


def clear(path: Path) -> None:
    """Remove a socket that nobody listens on any more. SpecError where somebody does, and for what is no socket."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as failure:
        raise _refused(path, failure.strerror or "the system refused") from failure
    if not stat.S_ISSOCK(found.st_mode):
        raise _refused(path, "something that is no socket lies there")
    if _has_listener(path):
        raise _refused(path, "another process listens there")
    path.unlink(missing_ok=True)


def _has_listener(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe:
        return probe.connect_ex(str(path)) in {0, errno.EAGAIN, errno.EINPROGRESS}


def _refused(path: Path, cause: str) -> SpecError:
    return SpecError(
        what=f"cannot listen on {path}",
        cause=cause,
        remedy="make the folder, stop what listens there, take away what lies there, or choose another path",
    )
