"""The key of the marks."""

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import SpecError
from keyferry.restart.key_secret import NAME, KeySecret
from keyferry.restart.seen import KEY_BYTES
from tests.fakes.kube_api import Fault
from tests.fakes.restart_world import RestartWorld

KEY = Key(namespace="platform", name=NAME)


def chance(count: int) -> bytes:
    return b"c" * count


async def test_a_first_process_makes_the_key_and_a_second_one_finds_it(world: RestartWorld) -> None:
    one = KeySecret(world.client, "platform", chance)
    made = await one.marker()
    assert await one.marker() is made, "asked for once"
    found = await KeySecret(world.client, "platform", lambda count: b"another"[:1] * count).marker()
    assert found.origin("") == made.origin("")
    stored = world.cluster.stored(SECRETS, KEY)
    assert stored is not None
    assert stored["immutable"] is True


async def test_of_two_that_begin_together_both_have_the_key_of_the_quicker(world: RestartWorld) -> None:
    def late(count: int) -> bytes:
        world.secret(NAME, "platform", key="q" * count)
        return chance(count)

    found = await KeySecret(world.client, "platform", late).marker()
    again = await KeySecret(world.client, "platform", chance).marker()
    assert found.origin("") == again.origin("")


@pytest.mark.parametrize(
    "data",
    [pytest.param({}, id="empty"), pytest.param({"key": "short"}, id="short"), pytest.param({"k": "x"}, id="name")],
)
async def test_a_key_that_somebody_spoilt_is_named(world: RestartWorld, data: dict[str, str]) -> None:
    world.secret(NAME, "platform", labels=None, **data)
    with pytest.raises(SpecError, match="does not hold 32 bytes"):
        await KeySecret(world.client, "platform", chance).marker()


async def test_an_answer_that_is_no_secret_is_no_key(world: RestartWorld) -> None:
    world.api.faults.append(Fault(status=200, verb="get", plural="secrets", body=b"[]"))
    with pytest.raises(SpecError, match=f"{KEY_BYTES} bytes"):
        await KeySecret(world.client, "platform", chance).marker()
