import grpc
import grpc.aio
import pytest
import structlog.testing

from keyferry.model.errors import NotFound
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import services as rpc
from tests.fakes import csi_requests
from tests.fakes.unix_sockets import serving

METHOD = "/test.Service/Ask"
Asked = csi_pb2.NodePublishVolumeRequest
Answered = csi_pb2.NodePublishVolumeResponse


def service(failure: Exception | None) -> rpc.Service:
    async def answer(_request: Asked) -> Answered:
        if failure is not None:
            raise failure
        return Answered()

    return rpc.Service(name="test.Service", methods={"Ask": rpc.unary("Ask", Asked, answer)})


WIRE = csi_requests.publish({"objects": "hunter2"}, secrets={"clientsecret": "hunter2"})


async def test_answers_and_logs_no_values() -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving(service(None)) as client:
            assert await client.call(METHOD, WIRE, Answered) == Answered()
    assert [(line["event"], line["log_level"], line["secrets"]) for line in lines] == [
        ("rpc.answered", "debug", "clientsecret"),
    ]
    assert "hunter2" not in str(lines)


@pytest.mark.parametrize(
    ("failure", "code", "text", "event"),
    [
        pytest.param(
            NotFound(what="failed to get secretproviderclass a/b", cause="not found"),
            grpc.StatusCode.UNKNOWN,
            "failed to get secretproviderclass a/b: not found",
            "rpc.refused",
            id="our-own-errors-keep-their-words",
        ),
        pytest.param(
            ValueError("hunter2"),
            grpc.StatusCode.INTERNAL,
            "a bug in keyferry: ValueError in ",
            "rpc.failed",
            id="of-others-only-type-and-place",
        ),
    ],
)
async def test_failures(failure: Exception, code: grpc.StatusCode, text: str, event: str) -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving(service(failure)) as client:
            with pytest.raises(grpc.aio.AioRpcError) as refusal:
                await client.call(METHOD, WIRE, Answered)
    assert refusal.value.code() is code
    assert (refusal.value.details() or "").startswith(text)
    assert [line["event"] for line in lines] == [event]
    assert "hunter2" not in f"{refusal.value.details()} {lines}"


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"\x0a\x07hunter\xff"], ids=["no-message", "no-text"])
async def test_bytes_that_are_no_message_are_refused(content: bytes) -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving(service(None)) as client:
            with pytest.raises(grpc.aio.AioRpcError, match="the message cannot be read") as refusal:
                await client.send(METHOD, content)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "hunter" not in str(lines)
