"""How the webhook ends: told once, it lets its clients go elsewhere first; told twice, it ends at once."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

from keyferry.runtime import stopping


class Ending:
    """What the process was told. `asked` is set by the first call to end, `at_once` by the second."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.at_once = asyncio.Event()

    def ask(self) -> None:
        """Ask for the end, or for a quick one if it was asked for before."""
        (self.at_once if self.asked.is_set() else self.asked).set()

    def hurry(self) -> None:
        """Ask for a quick end."""
        self.asked.set()
        self.at_once.set()

    async def unless_asked(self, work: Coroutine[object, object, None]) -> bool:
        """Do `work`, or cancel it as soon as the end is asked for; return whether it was done.

        What it raises goes through.
        """
        return await stopping.unless(self.asked, work)

    async def unless_hurried(self, work: Coroutine[object, object, None]) -> None:
        """Do `work`, or cancel it as soon as the end shall be at once."""
        tasks = asyncio.ensure_future(work), asyncio.create_task(self.at_once.wait())
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def told_by_signals() -> Iterator[Ending]:
    """Give an ending that SIGTERM asks for; the handlers are put back at the end. Needs a running loop.

    SIGINT comes from a terminal, where nobody waits for a Service's endpoints, so it hurries.
    """
    loop = asyncio.get_running_loop()
    ending = Ending()
    loop.add_signal_handler(signal.SIGTERM, ending.ask)
    loop.add_signal_handler(signal.SIGINT, ending.hurry)
    try:
        yield ending
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGINT)
