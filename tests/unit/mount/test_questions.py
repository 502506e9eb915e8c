import asyncio

import pytest

from keyferry.model.errors import Unavailable
from keyferry.mount.questions import GivenUp, Questions
from keyferry.mount.state import Delivery
from tests.fakes.mount_stage import payload

ANSWER = Delivery(payload=payload({"password": "one"}))


async def answered() -> Delivery:
    return ANSWER


async def refused() -> Delivery:
    raise Unavailable(what="the vault does not answer")


class Hanging:
    """A vault that takes questions and never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.left = False

    async def question(self) -> Delivery:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left = True
        raise AssertionError("nobody sets it")


async def test_an_answer_and_a_refusal_go_to_whoever_asked() -> None:
    questions = Questions()
    assert await questions.ask("csi-1", answered) is ANSWER
    with pytest.raises(Unavailable, match="does not answer"):
        await questions.ask("csi-1", refused)
    assert len(questions) == 0


async def test_a_volume_that_goes_ends_its_question_and_no_others() -> None:
    questions, vaults = Questions(), [Hanging(), Hanging()]
    asking = [
        asyncio.create_task(questions.ask(f"csi-{number}", vault.question)) for number, vault in enumerate(vaults)
    ]
    for vault in vaults:
        await vault.asked.wait()
    with questions.given_up("csi-0"):
        with pytest.raises(GivenUp):
            await asking[0]
        with pytest.raises(GivenUp):
            await questions.ask("csi-0", answered)
    assert [vault.left for vault in vaults] == [True, False]
    assert await questions.ask("csi-0", answered) is ANSWER
    asking[1].cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert len(questions) == 0


async def test_at_the_end_every_question_ends_and_none_begins() -> None:
    questions, vault = Questions(), Hanging()
    asking = asyncio.create_task(questions.ask("csi-1", vault.question))
    await vault.asked.wait()
    questions.close()
    for one in (asking, questions.ask("csi-2", answered)):
        with pytest.raises(GivenUp):
            await one


async def test_who_stops_waiting_ends_the_question() -> None:
    questions, vault = Questions(), Hanging()
    asking = asyncio.create_task(questions.ask("csi-1", vault.question))
    await vault.asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0)
    assert vault.left


async def test_a_volume_goes_as_long_as_anybody_takes_it_away() -> None:
    questions = Questions()
    with questions.given_up("csi-1"):
        with questions.given_up("csi-1"):
            pass
        with pytest.raises(GivenUp):
            await questions.ask("csi-1", answered)
    assert len(questions) == 0
