"""What a pass brought."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.model.errors import Unavailable
from keyferry.vault.feed import Inventory
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began
from keyferry.vault.passed import Passed
from keyferry.vault.surroundings import Place
from tests.fakes.bundles import properties
from tests.fakes.model_vault import VAULT, identity

NOW = Moment(at=datetime(2026, 11, 22, tzinfo=UTC), ticks=timedelta(0))
PLACE = Place(vault_url=VAULT, identity=identity())


def passed(*, whole: bool) -> Passed:
    inventory = Inventory(properties=(properties("a"),), pages=3, whole=whole)
    return Passed(began=Began(order=1, at=NOW), flights={}, inventory=inventory)


def test_gives_the_whole_list_as_of_its_beginning() -> None:
    listing = passed(whole=True).listing(PLACE, NOW)

    assert listing.at == NOW.at
    assert [one.name for one in listing.properties] == ["a"]


def test_gives_no_part_of_a_list_as_all_of_it() -> None:
    assert not passed(whole=False).is_whole
    with pytest.raises(Unavailable, match="goes on after 3 pages"):
        passed(whole=False).listing(PLACE, NOW)


def test_reads_are_no_list() -> None:
    assert not Passed(began=Began(order=1, at=NOW), flights={}).is_whole
