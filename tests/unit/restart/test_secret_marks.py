"""Marks of Secrets, and when they are read."""

import asyncio

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import GrantError
from keyferry.restart import secret_marks
from keyferry.restart.secret_marks import SecretMarks
from keyferry.restart.seen import Marker
from keyferry.restart.state import Absent, Known
from tests.fakes.kube_api import Fault
from tests.fakes.restart_world import RestartWorld

MARKER = Marker(b"k" * 32)
DB = Key(namespace="app", name="db")


class Stage:
    """The marks, and what they told."""

    def __init__(self, world: RestartWorld) -> None:
        self.world = world
        self.told: list[Key] = []
        self.marks = SecretMarks(world.client, self.told.append)

    async def read(self) -> Known | Absent:
        return await self.marks.reading(DB, MARKER)

    @property
    def reads(self) -> int:
        return self.world.api.verbs("secrets/db").count("get")

    def version(self) -> str:
        return str(self.world.cluster.get(SECRETS, DB)["metadata"]["resourceVersion"])


@pytest.fixture
def stage(world: RestartWorld) -> Stage:
    return Stage(world)


async def test_a_secret_is_read_once_until_it_changes(stage: Stage) -> None:
    stage.world.secret(password="first")
    first = await stage.read()
    stage.marks.applied(DB, stage.version())
    assert (await stage.read(), stage.reads, stage.told) == (first, 1, [])
    stage.world.secret(password="second")
    stage.marks.applied(DB, stage.version())
    assert stage.told == [DB]
    assert await stage.read() != first
    assert stage.reads == 2


async def test_what_is_not_there_is_asked_for_once_until_it_comes(stage: Stage) -> None:
    assert isinstance(await stage.read(), Absent)
    assert isinstance(await stage.read(), Absent)
    assert stage.reads == 1
    stage.world.secret(password="first")
    stage.marks.applied(DB, stage.version())
    assert isinstance(await stage.read(), Known)
    stage.world.cluster.remove(SECRETS, DB)
    stage.marks.deleted(DB)
    assert isinstance(await stage.read(), Absent)


async def test_a_change_while_it_is_read_is_read_again(stage: Stage) -> None:
    stage.world.secret(password="first")
    reading = asyncio.ensure_future(stage.read())
    await asyncio.sleep(0)
    stage.marks.undecodable(DB, "some change or other")
    await reading
    await stage.read()
    assert (stage.reads, stage.told) == (2, [DB])


async def test_a_read_that_fails_is_tried_again(stage: Stage) -> None:
    stage.world.secret(password="first")
    stage.world.api.faults.append(Fault(status=403, reason="Forbidden", verb="get"))
    with pytest.raises(GrantError):
        await stage.read()
    assert isinstance(await stage.read(), Known)


async def test_what_nobody_wants_is_forgotten(stage: Stage) -> None:
    stage.world.secret(password="first")
    await stage.read()
    stage.marks.keep("other", frozenset())
    stage.marks.keep("app", frozenset({DB}))
    await stage.read()
    assert stage.reads == 1
    stage.marks.keep("app", frozenset())
    await stage.read()
    assert stage.reads == 2
    stage.marks.synced()


def test_of_a_watched_secret_the_version_is_enough() -> None:
    assert secret_marks.version(b'{"metadata": {"name": "db", "resourceVersion": "12"}}') == "12"
