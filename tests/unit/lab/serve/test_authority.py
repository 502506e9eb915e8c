import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from keyferry.lab.serve.authority import Authority

NOW = datetime.now(UTC)  # noqa: TID251  (certificates are checked against the machine's clock)


async def _handshake(server: ssl.SSLContext, trusted: bytes, name: str) -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        context = ssl.create_default_context(cadata=trusted.decode())
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("name", ["kv-prod.vault.azure.net", "localhost", "127.0.0.1"])
async def test_a_certificate_is_good_for_its_names(name: str) -> None:
    authority = Authority(NOW)
    context = authority.server_context("*.vault.azure.net", "localhost", "127.0.0.1")
    await _handshake(context, authority.certificate_pem, name)


async def test_and_for_no_other_name() -> None:
    authority = Authority(NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        await _handshake(authority.server_context("localhost"), authority.certificate_pem, "example.com")


async def test_another_authority_is_not_trusted() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await _handshake(Authority(NOW).server_context("localhost"), Authority(NOW).certificate_pem, "localhost")


async def test_what_is_kept_issues_what_its_first_clients_trust() -> None:
    first = Authority(NOW)
    second = Authority(NOW + timedelta(days=400), first.pem)
    assert second.certificate_pem == first.certificate_pem
    context = second.server_context("localhost", valid=(NOW, NOW + timedelta(days=1)))
    await _handshake(context, first.certificate_pem, "localhost")


@pytest.mark.parametrize("days", [-2, 2])
async def test_outside_its_time_a_certificate_is_refused(days: int) -> None:
    authority = Authority(NOW)
    valid = (NOW + timedelta(days=days), NOW + timedelta(days=days + 1))
    with pytest.raises(ssl.SSLCertVerificationError):
        await _handshake(authority.server_context("localhost", valid=valid), authority.certificate_pem, "localhost")
