import aiohttp
import pytest
from aiohttp import web

from keyferry.model.errors import SpecError
from keyferry.runtime.listening import Listening, parse_address


async def _hello(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text="hello")


async def test_answers_until_it_is_closed() -> None:
    listening = Listening(_hello)
    await listening.open("127.0.0.1:0", "--some-addr")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{listening.port}/") as answer:
            assert await answer.text() == "hello"
        await listening.close()
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://127.0.0.1:{listening.port}/")


async def test_closing_what_never_opened_is_nothing() -> None:
    await Listening(_hello).close()


async def test_a_taken_port_names_the_flag() -> None:
    first = Listening(_hello)
    await first.open("127.0.0.1:0", "--some-addr")
    with pytest.raises(SpecError, match=r"the port is in use.*--some-addr"):
        await Listening(_hello).open(f"127.0.0.1:{first.port}", "--some-addr")
    await first.close()


@pytest.mark.parametrize(
    ("address", "parsed"),
    [
        pytest.param(":8080", ("", 8080), id="every-interface"),
        pytest.param("127.0.0.1:0", ("127.0.0.1", 0), id="ipv4"),
        pytest.param("[::1]:9", ("::1", 9), id="ipv6"),
    ],
)
def test_parses_addresses(address: str, parsed: tuple[str, int]) -> None:
    assert parse_address(address) == parsed


@pytest.mark.parametrize("address", ["8080", "host:", ":-1", ":65536", ":a", ":²"])
def test_refuses_malformed_addresses(address: str) -> None:
    with pytest.raises(SpecError, match="not an address"):
        parse_address(address)
