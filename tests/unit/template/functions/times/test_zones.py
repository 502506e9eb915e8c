"""Zones know their offset at any instant, and names that nobody knows are UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from keyferry.template.functions.times import zones
from keyferry.template.functions.times.zones import Zone

SUMMER = int(datetime(2024, 7, 1, tzinfo=UTC).timestamp())
WINTER = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
PARIS = zones.named("Europe/Paris")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(WINTER, ("CET", 3600), id="winter"),
        pytest.param(SUMMER, ("CEST", 7200), id="summer"),
        pytest.param(-(10**12), ("LMT", 561), id="long-ago"),
        pytest.param(10**12, ("CEST", 7200), id="in-time-to-come"),
    ],
)
def test_offsets(second: int, expected: tuple[str, int]) -> None:
    assert PARIS.at(second) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("UTC", id="utc"),
        pytest.param("Bad/Zone", id="unknown"),
        pytest.param("Europe", id="a-folder"),
        pytest.param("../etc/passwd", id="a-way-out"),
        pytest.param("tzdata.zi", id="no-zone"),
        pytest.param("a" * 100, id="too-long"),
    ],
)
def test_unknown_names_are_utc(name: str) -> None:
    assert zones.named(name) == zones.UTC


def test_the_local_zone_is_the_process_one() -> None:
    assert zones.local(UTC) == zones.UTC
    assert zones.local(ZoneInfo("Asia/Tokyo")).at(0) == ("JST", 32400)


@pytest.mark.parametrize(
    ("wall", "second"),
    [
        pytest.param(WINTER, WINTER - 3600, id="winter"),
        pytest.param(SUMMER, SUMMER - 7200, id="summer"),
        pytest.param(1711852200, 1711848600, id="in-the-hour-that-is-left-out"),
    ],
)
def test_clocks_tell_the_second(wall: int, second: int) -> None:
    assert PARIS.second_of(wall) == second


@pytest.mark.parametrize(
    ("abbreviation", "offset"),
    [
        pytest.param("CET", 3600, id="now"),
        pytest.param("CEST", 7200, id="half-a-year-away"),
        pytest.param("EST", None, id="unknown"),
    ],
)
def test_knows_its_abbreviations(abbreviation: str, offset: int | None) -> None:
    assert PARIS.offset_called(abbreviation, WINTER) == offset


def test_a_fixed_zone_never_changes() -> None:
    assert Zone("X", 60).at(SUMMER) == Zone("X", 60).at(WINTER) == ("X", 60)
