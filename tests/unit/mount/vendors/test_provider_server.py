from collections.abc import AsyncIterator
from datetime import timedelta

import grpc
import grpc.aio
import pytest

from keyferry.model.errors import GrantError, KeyferryError
from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf import health_pb2, provider_pb2
from keyferry.mount.state import Delivery, Mount, MountedFile, ObjectVersion, Payload
from keyferry.mount.vendors.provider_server import ProviderServer, Served
from tests.fakes import csi_requests, provider_mounts
from tests.fakes.unix_sockets import Client, client_of, short_folder

INTERVAL = timedelta(minutes=2)


class OneFile:
    """A provider of one file, unless it is told to fail."""

    def __init__(self) -> None:
        self.asked: list[Mount] = []
        self.failure: KeyferryError | None = None

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        assert (interval, fresh) == (INTERVAL, False)
        self.asked.append(mount)
        if self.failure is not None:
            raise self.failure
        file = MountedFile(path="db", mode=mount.mode, content=SecretValue(b"hunter2"))
        return Delivery(payload=Payload(files=(file,), versions=(ObjectVersion(id="secret/db", version="1"),)))


@pytest.fixture
def provider() -> OneFile:
    return OneFile()


@pytest.fixture
async def client(provider: OneFile) -> AsyncIterator[Client]:
    served = Served(provider=provider, name="azure", version="0.1.0", interval=INTERVAL)
    with short_folder() as folder:
        server = ProviderServer(folder / "azure.sock", served)
        await server.open()
        async with client_of(folder / "azure.sock") as client:
            yield client
        await server.close()


REQUEST = provider_pb2.MountRequest(
    attributes=provider_mounts.attributes(**{csi_requests.TOKENS_KEY: csi_requests.tokens()}),
    secrets="null",
    target_path=csi_requests.TARGET,
    permission="420",
)


async def mount(client: Client) -> provider_pb2.MountResponse:
    return await client.call("/v1alpha1.CSIDriverProvider/Mount", REQUEST, provider_pb2.MountResponse)


async def test_delivers_for_upstreams_driver(client: Client, provider: OneFile) -> None:
    response = await mount(client)
    assert [(file.path, file.mode, file.contents) for file in response.files] == [("db", 0o644, b"hunter2")]
    assert [(each.id, each.version) for each in response.object_version] == [("secret/db", "1")]
    assert provider.asked == [provider_mounts.mount("azure", tokens={csi_requests.AUDIENCE: csi_requests.TOKEN})]


async def test_errors_keep_their_words(client: Client, provider: OneFile) -> None:
    provider.failure = GrantError(what="client 1b2c may not read", remedy="assign the role")
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await mount(client)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert refusal.value.details() == "client 1b2c may not read. To mend it: assign the role"


async def test_says_which_version_it_is(client: Client) -> None:
    answer = await client.call(
        "/v1alpha1.CSIDriverProvider/Version",
        provider_pb2.VersionRequest(version="v1alpha1"),
        provider_pb2.VersionResponse,
    )
    assert (answer.version, answer.runtime_name, answer.runtime_version) == ("v1alpha1", "keyferry", "0.1.0")


@pytest.mark.parametrize("service", ["", "v1alpha1.CSIDriverProvider"])
async def test_is_healthy(client: Client, service: str) -> None:
    answer = await client.call(
        "/grpc.health.v1.Health/Check",
        health_pb2.HealthCheckRequest(service=service),
        health_pb2.HealthCheckResponse,
    )
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_knows_no_other_service(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await client.call(
            "/grpc.health.v1.Health/Check",
            health_pb2.HealthCheckRequest(service="else"),
            health_pb2.HealthCheckResponse,
        )
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
