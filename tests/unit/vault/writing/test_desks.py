"""Each kind's requests, as the lab's vault takes them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import pytest

from keyferry.model.errors import SecretAbsent
from keyferry.model.secrets import ObjectKind, SecretRef, SecretValue
from keyferry.vault.collection import Options
from keyferry.vault.deeds import Deed
from keyferry.vault.throttle import Priority
from keyferry.vault.writing import material
from keyferry.vault.writing.desks import Desk, open_desk
from keyferry.vault.writing.wish import Wish
from tests.fakes import certificates, lab_azure, virtual_time
from tests.fakes.writing_stage import OFFICER, OURS, Stage, ref, writing_stage

T = TypeVar("T")
VALUES = {
    ObjectKind.SECRET: b"v",
    ObjectKind.CERTIFICATE: b"".join(certificates.key_pair()),
    ObjectKind.KEY: lab_azure.private_key("P-256").encode(),
}


async def ask(stage: Stage, of: SecretRef, step: Callable[[Desk, Options], Awaitable[T]]) -> T:
    client = stage.clients.of(of.vault_url, OFFICER)
    return await client.write(of, Deed.WRITE, partial(open_desk, of.kind), step, Priority.FIRST_READ)


@pytest.mark.parametrize("kind", list(ObjectKind))
def test_an_object_s_life_at_its_desk(kind: ObjectKind) -> None:
    of = ref("new", kind)
    wish = Wish(ref=of, value=SecretValue(VALUES[kind]), tags=OURS)
    made = material.of(kind, wish.value)
    tagged = Wish(ref=of, value=wish.value, tags={"a": "b"})

    async def play() -> None:
        async with writing_stage() as stage:
            with pytest.raises(SecretAbsent):
                await ask(stage, of, lambda desk, options: desk.owner("new", options))
            await ask(stage, of, lambda desk, options: desk.write(wish, made, options))
            present = await ask(stage, of, lambda desk, options: desk.look("new", made, options))
            assert (present.is_same, present.tags, present.is_backing) == (True, OURS, False)
            await ask(stage, of, lambda desk, options: desk.update(tagged, present.version, options))
            assert (await ask(stage, of, lambda desk, options: desk.owner("new", options))).tags == {"a": "b"}
            await ask(stage, of, lambda desk, options: desk.delete("new", options))
            assert await ask(stage, of, lambda desk, options: desk.deleted_tags("new", options)) == {"a": "b"}
            await ask(stage, of, lambda desk, options: desk.recover("new", options))
            assert (await ask(stage, of, lambda desk, options: desk.owner("new", options))).version == present.version

    virtual_time.run(play())
