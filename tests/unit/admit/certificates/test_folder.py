"""The certificate follows its files; what is broken leaves the one that was good."""

import asyncio
import contextlib
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from keyferry.admit.certificates.folder import CERTIFICATE, KEY, FolderCertificates
from keyferry.admit.certificates.readiness import Readiness
from keyferry.kube.wire.objects import Key
from tests.fakes.certificates import key_pair
from tests.fakes.offset_clock import OffsetClock


def put(folder: Path, name: str) -> None:
    certificate, key = key_pair(name)
    (folder / CERTIFICATE).write_bytes(certificate)
    (folder / KEY).write_bytes(key)


def made(folder: Path, clock: OffsetClock) -> FolderCertificates:
    return FolderCertificates(folder, clock, None, Readiness(Key(namespace="keyferry", name="webhook"), "webhook.svc"))


@pytest.fixture
def certificates(tmp_path: Path) -> FolderCertificates:
    return made(tmp_path, OffsetClock())


async def test_waits_for_the_files_and_takes_them(certificates: FolderCertificates, tmp_path: Path) -> None:
    await certificates.look()
    assert "not in" in certificates.problem
    (tmp_path / CERTIFICATE).write_text("half written")
    await certificates.look()
    assert certificates.problem
    (tmp_path / KEY).write_text("half written")
    with capture_logs() as logs:
        await certificates.look()
        assert "no PEM certificate" in certificates.problem
        put(tmp_path, "first")
        await certificates.look()
        assert certificates.problem == ""
        await certificates.look()
        put(tmp_path, "second")
        (tmp_path / KEY).write_text("broken")
        await certificates.look()
    assert certificates.problem == "", "the one that was good still serves"
    assert [entry["event"] for entry in logs] == ["certificate.unusable", "certificate.loaded", "certificate.unusable"]


def shown(context: ssl.SSLContext) -> bytes:
    """Shake hands in memory; return the certificate that the server shows."""
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname = False
    client_context.verify_mode = ssl.CERT_NONE
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(back, there)
    server = context.wrap_bio(there, back, server_side=True)
    waiting = [client, server]
    while waiting:
        for one in tuple(waiting):
            with contextlib.suppress(ssl.SSLWantReadError):
                one.do_handshake()
                waiting.remove(one)
    return client.getpeercert(binary_form=True) or b""


@pytest.mark.parametrize("half", [pytest.param(CERTIFICATE, id="new-certificate"), pytest.param(KEY, id="new-key")])
async def test_half_a_renewal_leaves_the_good_pair_in_service(
    certificates: FolderCertificates, tmp_path: Path, half: str
) -> None:
    put(tmp_path, "first")
    with capture_logs():
        await certificates.look()
        first = shown(certificates.context)
        before = {name: (tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)}
        put(tmp_path, "second")
        after = {name: (tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)}
        for name, text in (before | {half: after[half]}).items():
            (tmp_path / name).write_bytes(text)
        await certificates.look()
        assert shown(certificates.context) == first
        put(tmp_path, "third")
        await certificates.look()
    assert shown(certificates.context) != first


async def test_says_when_it_has_ended(tmp_path: Path) -> None:
    clock = OffsetClock()
    certificates = made(tmp_path, clock)
    put(tmp_path, "first")
    with capture_logs():
        await certificates.look()
    assert certificates.problem == ""
    clock.advance(timedelta(days=365 * 80))
    assert "ended" in certificates.problem


async def test_keeps_looking(certificates: FolderCertificates, tmp_path: Path) -> None:
    put(tmp_path, "first")
    with capture_logs():
        looking = asyncio.create_task(certificates.keep_looking())
        async with asyncio.timeout(5):
            while certificates.problem:  # noqa: ASYNC110  (it looks in a thread)
                await asyncio.sleep(0.01)
    looking.cancel()
