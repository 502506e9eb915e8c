"""What the change feed promises, wherever the vault is."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import SecretAbsent
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretName, SecretRef, SecretVersion
from keyferry.vault.activity import Activity
from keyferry.vault.choice import Mode
from tests.fakes.vault_subjects import Subject

HOUR = timedelta(hours=1)
NAMES = ("feed-a", "feed-b", "feed-c")


def ref(subject: Subject, name: str) -> SecretRef:
    return SecretRef(vault_url=subject.vault, name=SecretName(name))


async def values(subject: Subject, *, fresh: bool = False) -> list[bytes]:
    reads = (subject.reader.read(subject.identity, ref(subject, name), interval=HOUR, fresh=fresh) for name in NAMES)
    return [found.bundle.value.reveal() for found in await asyncio.gather(*reads)]


def asked(subject: Subject) -> tuple[int, int]:
    """Return the reads and the pages up to now."""
    counters = subject.reader.counters
    return counters.get((RequestKind.GET, Outcome.OK), 0), counters.get((RequestKind.LIST, Outcome.OK), 0)


@pytest.fixture
async def settled(subject: Subject) -> Subject:
    """Three secrets that were read once they had settled."""
    for name in NAMES:
        await subject.put(name, f"first {name}")
    subject.settle()
    await values(subject)
    return subject


async def test_what_is_young_enough_comes_from_memory(settled: Subject) -> None:
    before = asked(settled)

    assert await values(settled) == [b"first feed-a", b"first feed-b", b"first feed-c"]
    assert asked(settled) == before
    assert settled.reader.activity[Activity.FROM_MEMORY] == 3


async def test_a_list_shows_the_stamps_that_reads_show(settled: Subject) -> None:
    reads, _ = asked(settled)

    assert await values(settled, fresh=True) == [b"first feed-a", b"first feed-b", b"first feed-c"]
    assert asked(settled) == (reads, 1)
    (view,) = settled.reader.feeds()
    assert (view.mode, view.tracked) == (Mode.LIST, 3)


async def test_what_changed_is_read_once_and_told(settled: Subject) -> None:
    told: Counter[str] = Counter()
    settled.reader.on_change(lambda _, changed: told.update([changed.name]))
    reads, _ = asked(settled)
    await settled.put("feed-b", "second")
    settled.settle()

    assert (await values(settled, fresh=True))[1] == b"second"
    assert asked(settled) == (reads + 1, 1)
    assert told == {"feed-b": 1}


async def test_an_event_is_followed_by_a_read(settled: Subject) -> None:
    told: asyncio.Queue[tuple[Identity, SecretRef]] = asyncio.Queue()
    settled.reader.on_change(lambda identity, changed: told.put_nowait((identity, changed)))
    version = SecretVersion(await settled.put("feed-a", "second"))

    assert settled.reader.woken(settled.vault, SecretName("Feed-A"), version) is Activity.EVENT_USED
    assert await told.get() == (settled.identity, ref(settled, "feed-a"))
    assert (await values(settled))[0] == b"second"
    assert settled.reader.woken(settled.vault, SecretName("feed-a"), version) is Activity.EVENT_IGNORED
    assert settled.reader.woken(settled.vault, SecretName("feed-z"), version) is Activity.EVENT_UNKNOWN


async def test_what_is_absent_is_found_when_it_comes(settled: Subject) -> None:
    with pytest.raises(SecretAbsent):
        await settled.reader.read(settled.identity, ref(settled, "feed-d"), interval=HOUR)
    await settled.put("feed-d", "come")
    await values(settled, fresh=True)

    found = await settled.reader.read(settled.identity, ref(settled, "feed-d"), interval=HOUR)
    assert found.bundle.value.reveal() == b"come"
