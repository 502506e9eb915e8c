"""Our client and our server of the provider protocol, one against the other: nothing is lost between them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.rpc.grpc_errors import CodedError
from keyferry.mount.state import Delivery, Mount, MountedFile, ObjectVersion, Payload, PodRef, PodToken
from keyferry.mount.vendors.provider_client import VendorProviders
from keyferry.mount.vendors.provider_server import ProviderServer, Served
from tests.fakes import csi_requests, provider_mounts
from tests.fakes.unix_sockets import short_folder

INTERVAL = timedelta(minutes=2)


class Behind:
    """The provider behind the server: it delivers what it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.payload = Payload(files=(), versions=())
        self.failure: KeyferryError | None = None
        self.asked: list[Mount] = []

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        self.asked.append(mount)
        if self.failure is not None:
            raise self.failure
        return Delivery(payload=self.payload)


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def client(behind: Behind) -> AsyncIterator[VendorProviders]:
    served = Served(provider=behind, name="azure", version="0.1.0", interval=INTERVAL)
    with short_folder() as folder:
        server = ProviderServer(folder / "azure.sock", served)
        await server.open()
        client = VendorProviders([folder])
        yield client
        await client.close()
        await server.close()


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = TEXTS.map(lambda text: SecretValue(text.encode()))
EXPIRIES = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (hypothesis adds the zone)
TOKENS = st.builds(PodToken, token=TEXTS.filter(bool).map(lambda text: SecretValue(text.encode())), expires=EXPIRIES)
FILES = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}", fullmatch=True),
    st.tuples(st.integers(0, 0o777), st.binary(max_size=50)),
    min_size=1,
    max_size=4,
)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


MOUNTS = st.builds(
    Mount,
    provider=st.just("azure"),
    class_name=st.just("kv"),
    pod=st.just(PodRef(namespace="payments", name="api-0", uid="1b2c", service_account="api")),
    parameters=st.dictionaries(TEXTS, TEXTS, max_size=4).map(lambda more: {**more, **provider_mounts.PARAMETERS}),
    target_path=st.just(csi_requests.TARGET),
    tokens=st.dictionaries(TEXTS, TOKENS, max_size=3),
    secrets=st.dictionaries(TEXTS, VALUES, max_size=3),
    mode=st.integers(0, 0o777),
    fallback_vaults=st.just(()),
    serve_stale=st.none(),
)


@FEW
@given(mount=MOUNTS, files=FILES)
async def test_a_mount_and_its_files_arrive_as_they_were(
    client: VendorProviders, behind: Behind, mount: Mount, files: dict[str, tuple[int, bytes]]
) -> None:
    behind.payload = Payload(
        files=tuple(
            MountedFile(path=path, mode=mode, content=SecretValue(content))
            for path, (mode, content) in sorted(files.items())
        ),
        versions=tuple(ObjectVersion(id=f"secret/{path}", version="1") for path in sorted(files)),
    )
    assert await client.deliver(mount, interval=INTERVAL) == Delivery(payload=behind.payload)
    assert behind.asked[-1] == mount


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        pytest.param(Throttled(what="the vault is throttled"), Throttled, id="throttled"),
        pytest.param(GrantError(what="client 1b2c may not read"), GrantError, id="no-grant"),
        pytest.param(NotFound(what="no secret db"), CodedError, id="not-found"),
        pytest.param(SpecError(what="objects is empty"), CodedError, id="a-wrong-class"),
        pytest.param(Unavailable(what="the vault is down"), Unavailable, id="down"),
    ],
)
async def test_failures_keep_their_words_and_who_must_act(
    client: VendorProviders, behind: Behind, failure: KeyferryError, kind: type[KeyferryError]
) -> None:
    behind.failure = failure
    with pytest.raises(kind, match=failure.what):
        await client.deliver(provider_mounts.mount("azure"), interval=INTERVAL)
