import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from keyferry.model.errors import NotFound, SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.rpc.grpc_errors import Code, CodedError
from keyferry.mount.state import MountedFile, Payload
from keyferry.mount.vendors.provider_client import Terms, VendorProviders
from tests.fakes import provider_mounts
from tests.fakes.csi_provider import CsiProvider
from tests.fakes.unix_sockets import short_folder

MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        for name in ("1", "2"):
            (path / name).mkdir()
        yield path


@pytest.fixture
async def vendors(folder: Path) -> AsyncIterator[VendorProviders]:
    vendors = VendorProviders([folder / "1", folder / "2"], Terms(most_bytes=4096))
    yield vendors
    await vendors.close()


async def delivered(vendors: VendorProviders) -> Payload:
    return (await vendors.deliver(provider_mounts.mount(), interval=MINUTE)).payload


async def test_asks_in_the_name_that_providers_insist_on(vendors: VendorProviders, folder: Path) -> None:
    provider = CsiProvider()
    with provider.serving(folder / "2"):
        payload = await delivered(vendors)
    assert payload.files == (MountedFile(path="db", mode=0o400, content=SecretValue(b"hunter2")),)
    assert provider.authorities == {"localhost"}
    assert [request.permission for request in provider.asked] == ["420"]


async def test_a_provider_that_comes_later_is_found(vendors: VendorProviders, folder: Path) -> None:
    with pytest.raises(NotFound, match="provider not found"):
        await delivered(vendors)
    with CsiProvider().serving(folder / "1"):
        assert (await delivered(vendors)).files


async def test_goes_where_the_provider_went(vendors: VendorProviders, folder: Path) -> None:
    for place, content in (("2", b"a"), ("1", b"b"), ("1", b"c")):
        provider = CsiProvider()
        provider.files(("db", 0o400, content))
        with provider.serving(folder / place):
            assert [file.content for file in (await delivered(vendors)).files] == [SecretValue(content)]


@pytest.mark.parametrize("ends", [True, False], ids=["answered-late", "ended-with-the-process"])
async def test_a_call_on_the_way_stays_with_the_provider_it_went_to(folder: Path, *, ends: bool) -> None:
    vendors, old = VendorProviders([folder / "1", folder / "2"]), CsiProvider()
    old.let_go.clear()
    with old.serving(folder / "2"):
        under_way = asyncio.create_task(delivered(vendors))
        await asyncio.to_thread(old.begun.wait)
        with CsiProvider().serving(folder / "1"):
            assert (await delivered(vendors)).files
            if ends:
                old.let_go.set()
                await under_way
            await vendors.close()
        old.let_go.set()
        (outcome,) = await asyncio.gather(under_way, return_exceptions=True)
    assert isinstance(outcome, Payload) is ends


async def test_tries_again_where_the_provider_is_not_ready_yet(vendors: VendorProviders, folder: Path) -> None:
    provider = CsiProvider()
    provider.refusals = [(grpc.StatusCode.UNAVAILABLE, "starting")]
    with provider.serving(folder / "1"):
        assert (await delivered(vendors)).files
    assert len(provider.asked) == 2


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        pytest.param((grpc.StatusCode.UNKNOWN, "no such secret"), Code.UNKNOWN, id="unknown"),
        pytest.param((grpc.StatusCode.INTERNAL, "no such secret"), Code.INTERNAL, id="internal"),
    ],
)
async def test_a_refusal_keeps_code_and_words(
    vendors: VendorProviders, folder: Path, refusal: tuple[grpc.StatusCode, str], code: Code
) -> None:
    provider = CsiProvider()
    provider.refusals = [refusal]
    with provider.serving(folder / "1"), pytest.raises(CodedError, match="no such secret") as failure:
        await delivered(vendors)
    assert failure.value.code is code


async def test_too_large_an_answer_is_refused(vendors: VendorProviders, folder: Path) -> None:
    provider = CsiProvider()
    provider.files(("db", 0o400, bytes(5000)))
    with provider.serving(folder / "1"), pytest.raises(CodedError, match="--max-call-recv-msg-size") as failure:
        await delivered(vendors)
    assert failure.value.code is Code.RESOURCE_EXHAUSTED


async def test_a_socket_without_a_process_is_told(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "1" / "vendor.sock"))
    vendors = VendorProviders([folder / "1"], Terms(connecting=timedelta(milliseconds=50)))
    with pytest.raises(Unavailable, match="nobody answers on it"):
        await delivered(vendors)
    await vendors.close()


async def test_refuses_names_that_are_paths(vendors: VendorProviders) -> None:
    with pytest.raises(SpecError, match="1 to 30 letters"):
        await vendors.deliver(provider_mounts.mount("../vendor"), interval=MINUTE)
