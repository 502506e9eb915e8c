"""Each step of each call fails once, or is a process's last: the pod's files and what kubelet knows stay in step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.contract.mount.test_publisher_lives import Call, MountedNodeLives, NodeLives
from tests.fakes.fate import BUG, CRASH
from tests.fakes.node_life import INTERVAL
from tests.fakes.volumes import kernel_that_mounts


def nothing(life: NodeLives) -> None:
    """Start from an empty node."""


def published(life: NodeLives) -> None:
    life.call([Call("publish", 0)], None)


def rotated(life: NodeLives) -> None:
    published(life)
    life.rotate("a")
    life.jump(INTERVAL)


def edited(life: NodeLives) -> None:
    published(life)
    life.edit("azure", "a")


def broken(life: NodeLives) -> None:
    published(life)
    life.destroy(0)


def restarted(life: NodeLives) -> None:
    rotated(life)
    life.restart()


PLAIN_AND_MOUNTED = pytest.mark.parametrize("kind", [NodeLives, MountedNodeLives], ids=["plain", "mounted"])


@PLAIN_AND_MOUNTED
@pytest.mark.parametrize("mishap", [BUG, CRASH])
@pytest.mark.parametrize(
    ("before", "call"),
    [
        pytest.param(nothing, Call("publish", 0), id="first-publish"),
        pytest.param(nothing, Call("publish", 2), id="first-publish-of-another-vendor"),
        pytest.param(published, Call("unpublish", 0), id="unpublish"),
        pytest.param(rotated, Call("publish", 0), id="publish-again"),
        pytest.param(rotated, Call("look", 0), id="look"),
        pytest.param(restarted, Call("publish", 0), id="publish-after-a-restart"),
        pytest.param(edited, Call("look", 0), id="look-at-an-edited-class"),
        pytest.param(broken, Call("publish", 0), id="publish-of-a-broken-volume"),
        pytest.param(broken, Call("unpublish", 0), id="unpublish-of-a-broken-volume"),
    ],
)
def test_any_one_step_may_fail(
    kind: type[NodeLives], before: Callable[[NodeLives], None], call: Call, mishap: str
) -> None:
    if kind is MountedNodeLives:
        kernel_that_mounts()
    step, is_struck = 0, True
    while is_struck:
        life = kind()
        life.begin()
        with closing_life(life):
            before(life)
            life.call([call], (mishap, step))
            is_struck = life.was_struck
            check(life)
            life.edit("azure", "ab")  # where it was edited, that is taken back
            life.heal(step % 2 == 0)
            check(life)
        step += 1
    assert step > 3


def check(life: NodeLives) -> None:
    life.a_pod_sees_one_whole_set_and_none_older_than_before()
    life.nothing_is_left_of_what_is_unpublished()
    life.every_volume_is_looked_at_in_time()


@contextmanager
def closing_life(life: NodeLives) -> Iterator[None]:
    try:
        yield
    finally:
        life.teardown()
