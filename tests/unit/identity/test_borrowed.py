from typing import Any

from keyferry.identity.borrowed import BorrowedTransport


class Counting(BorrowedTransport):
    """Counts what is sent."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, request: Any, **kwargs: Any) -> Any:
        self.sent += 1


async def test_it_still_sends_after_a_client_has_closed_it() -> None:
    transport = Counting()
    await transport.open()
    async with transport:
        await transport.send("first")
    await transport.close()
    await transport.send("second")
    assert transport.sent == 2
