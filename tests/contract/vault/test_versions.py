"""What the list of an object's versions promises, wherever the vault is."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import GrantError, SecretAbsent
from keyferry.model.secrets import SecretName, SecretRef
from tests.fakes.vault_subjects import Subject

HOUR = timedelta(hours=1)


def ref(subject: Subject, name: str = "many") -> SecretRef:
    return SecretRef(vault_url=subject.vault, name=SecretName(name))


async def test_every_version_is_listed_with_its_id_state_and_instant(subject: Subject) -> None:
    versions = [await subject.put("many", f"v{number}", enabled=number != 1) for number in range(3)]

    found = (await subject.reader.list_versions(subject.identity, ref(subject, "Many"), interval=HOUR)).properties

    assert {one.version: one.enabled for one in found} == {versions[0]: True, versions[1]: False, versions[2]: True}
    assert all(one.created is not None and one.updated is not None for one in found)


async def test_more_than_a_page_of_them(subject: Subject) -> None:
    versions = {await subject.put("many", f"v{number}") for number in range(27)}

    found = (await subject.reader.list_versions(subject.identity, ref(subject), interval=HOUR)).properties

    assert {one.version for one in found} == versions
    assert subject.reader.counters[RequestKind.LIST, Outcome.OK] == 2


async def test_the_list_shows_the_stamp_that_a_read_shows(subject: Subject) -> None:
    version = await subject.put("many", "v")
    read = (await subject.reader.read(subject.identity, ref(subject))).bundle.properties

    (listed,) = (await subject.reader.list_versions(subject.identity, ref(subject), interval=HOUR)).properties

    assert (listed.version, listed.created, listed.updated) == (version, read.created, read.updated)


async def test_an_object_that_is_not_there_has_none(subject: Subject) -> None:
    try:
        found = (await subject.reader.list_versions(subject.identity, ref(subject, "gone"), interval=HOUR)).properties
    except SecretAbsent:
        found = ()
    assert found == ()


async def test_nobody_lists_without_a_role(subject: Subject) -> None:
    elsewhere = replace(ref(subject), vault_url=subject.closed_vault)
    with pytest.raises(GrantError, match="listing the versions of secret many failed"):
        await subject.reader.list_versions(subject.identity, elsewhere, interval=HOUR)


async def test_a_crowd_shares_a_list_and_a_change_ends_it(subject: Subject) -> None:
    await subject.put("many", "first")
    await subject.reader.read(subject.identity, ref(subject), interval=HOUR)

    async def count() -> int:
        return len((await subject.reader.list_versions(subject.identity, ref(subject), interval=HOUR)).properties)

    assert await asyncio.gather(*(count() for _ in range(10))) == [1] * 10
    await subject.put("many", "second")
    assert await count() == 1
    assert subject.reader.counters[RequestKind.LIST, Outcome.OK] == 1
    await subject.reader.read(subject.identity, ref(subject), interval=HOUR, fresh=True)
    await asyncio.sleep(0)
    assert await count() == 2
