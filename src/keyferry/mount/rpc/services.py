"""Our side of a gRPC call: decoded, logged without values, and every failure answered for with a code and a text.

Called by the services. Only unary calls exist in the protocols spoken here; a method that nobody registered is answered
with UNIMPLEMENTED by grpc itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError, Message

from keyferry.model.errors import KeyferryError
from keyferry.mount.rpc import grpc_errors, redaction
from keyferry.mount.rpc.request_checks import InvalidRequest

_LOG = structlog.get_logger(__name__)
_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}

Asked = TypeVar("Asked", bound=Message)
Answered = TypeVar("Answered", bound=Message)
Handler = Callable[[Asked], Awaitable[Answered]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The methods served under one full service name, as `csi.v1.Node`."""

    name: str
    methods: Mapping[str, "grpc.RpcMethodHandler[Any, Any]"]  # quoted: only its stub takes parameters

    @property
    def handler(self) -> grpc.GenericRpcHandler:
        """What a server is given."""
        return grpc.method_handlers_generic_handler(self.name, dict(self.methods))


def unary(
    method: str,
    asked: type[Asked],
    handler: Handler[Asked, Answered],
) -> "grpc.RpcMethodHandler[bytes, bytes]":
    """Serve `method`, a name for the log, by `handler`, which raises a KeyferryError to refuse.

    Whatever else it raises is answered with INTERNAL, type and place: the text may quote a value.
    """

    async def behave(sent: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
        request = asked()
        try:
            _parse(sent, request)
            answer = await handler(request)
            content = answer.SerializeToString()
        except Exception as failure:  # noqa: BLE001  (one call must not end the server, whatever is wrong with it)
            outcome = grpc_errors.outcome_of(failure)
            _log_failure(method, request, failure, outcome)
            await context.abort(_CODES[outcome.code], outcome.text)
        _LOG.debug("rpc.answered", method=method, **redaction.describe(request))
        return content

    return grpc.unary_unary_rpc_method_handler(behave)


def _parse(sent: bytes, into: Message) -> None:
    """Parse here and not in grpc, which answers and logs with the parser's words."""
    try:
        into.ParseFromString(sent)
    except DecodeError:
        into.Clear()
        raise InvalidRequest(what="the message cannot be read", cause="it is not of the protocol") from None


def _log_failure(method: str, request: Message, failure: Exception, outcome: grpc_errors.Outcome) -> None:
    fields = redaction.describe(request)
    if isinstance(failure, KeyferryError):
        _LOG.info("rpc.refused", method=method, code=outcome.code.name, cause=outcome.text, **fields)
    else:
        _LOG.error("rpc.failed", method=method, code=outcome.code.name, cause=outcome.text, **fields)
