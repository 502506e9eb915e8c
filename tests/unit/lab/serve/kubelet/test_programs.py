import asyncio

from keyferry.lab.serve.kubelet.programs import Placeholder


async def test_a_placeholder_that_prepares_is_done_at_once() -> None:
    assert await Placeholder(is_init=True).wait() == 0


async def test_any_other_runs_until_it_is_stopped() -> None:
    program = Placeholder(is_init=False)
    waiting = asyncio.create_task(program.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    await program.stop(30)
    assert await waiting == 0
