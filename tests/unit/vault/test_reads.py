"""Single flight, with an eye on when each read began."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from keyferry.model.errors import Unavailable
from keyferry.model.secrets import SecretRef
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need
from keyferry.vault.reads import Reads
from keyferry.vault.sent import Sent
from keyferry.vault.verified import Verified
from tests.fakes.bundles import bundle
from tests.fakes.model_vault import ref

NOW = Moment(at=datetime(2026, 11, 22, tzinfo=UTC), ticks=timedelta(0))
DB = ref("db")
ANY = Need()


class Vault:
    """Reads that leave and land when told."""

    def __init__(self) -> None:
        self.orders = itertools.count(1)
        self.may_leave = asyncio.Event()
        self.may_land = asyncio.Event()
        self.served = 0
        self.reads: Reads[SecretRef, Verified] = Reads(lambda: Sent(lambda: Began(order=next(self.orders), at=NOW)))

    def join(self, need: Need = ANY) -> asyncio.Task[Verified]:
        return self.reads.join(DB, need, self.serve)

    async def serve(self, sent: Sent) -> Verified:
        await self.may_leave.wait()
        sent.leaves()
        await self.may_land.wait()
        self.served += 1
        return Verified(bundle=bundle(value=str(self.served).encode()), at=NOW.at)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def value_of(read: asyncio.Task[Verified]) -> bytes:
    return (await read).bundle.value.reveal()


async def test_all_who_come_before_it_leaves_share_a_read() -> None:
    vault = Vault()
    first = vault.join()
    await settle()
    fresh = vault.join(Need(order=next(vault.orders)))
    vault.may_leave.set()
    vault.may_land.set()

    assert first is fresh
    assert await value_of(first) == b"1"
    assert len(vault.reads) == 0


async def test_who_needs_a_later_one_waits_for_the_next_and_shares_it() -> None:
    vault = Vault()
    vault.may_leave.set()
    first = vault.join()
    await settle()
    fresh = [vault.join(Need(order=next(vault.orders))) for _ in range(9)]
    any_one = vault.join()
    vault.may_land.set()

    assert await value_of(first) == b"1"
    assert {await value_of(one) for one in fresh} == {b"2"}
    assert any_one is fresh[0], "the last one will do for everybody"
    assert vault.served == 2


async def test_the_next_read_goes_ahead_though_the_one_before_it_fails() -> None:
    vault = Vault()

    async def fail(sent: Sent) -> Verified:
        sent.leaves()
        await vault.may_land.wait()
        raise Unavailable(what="down")

    failing = vault.reads.join(DB, Need(), fail)
    await settle()
    later = vault.join(Need(order=next(vault.orders)))
    vault.may_leave.set()
    vault.may_land.set()

    with pytest.raises(Unavailable):
        await failing
    assert await value_of(later) == b"1"


async def test_a_caller_who_leaves_does_not_end_it() -> None:
    vault = Vault()
    read = vault.join()

    async def wait() -> Verified:
        return await asyncio.shield(read)

    caller = asyncio.create_task(wait())
    await settle()
    caller.cancel()
    vault.may_leave.set()
    vault.may_land.set()

    assert await value_of(vault.join()) == b"1"


async def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    vault = Vault()
    vault.may_leave.set()
    reads = [vault.join()]
    await settle()
    reads.append(vault.join(Need(order=next(vault.orders))))
    await vault.reads.aclose()

    assert all(read.cancelled() for read in reads)
    assert len(vault.reads) == 0
