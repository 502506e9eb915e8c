import os
import signal

import pytest

from keyferry.runtime import stopping


@pytest.mark.parametrize("number", stopping.SIGNALS)
async def test_a_signal_sets_the_event(number: signal.Signals) -> None:
    with stopping.stop_signal() as stop:
        os.kill(os.getpid(), number)
        await stop.wait()


async def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping.stop_signal():
        pass
    assert signal.getsignal(signal.SIGTERM) == before
