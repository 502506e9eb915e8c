"""Who brings no surroundings gets the present, chance, and a full meter."""

from datetime import UTC, datetime, timedelta

from keyferry.template import live, render
from keyferry.template.meter import Meter


def test_the_machine_itself() -> None:
    found = live.surroundings()
    assert found.local is UTC
    assert abs(found.now - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251  (this is what it promises)
    assert len(found.chance(20)) == 20
    assert isinstance(found.meter, Meter)


def test_chance_in_a_template() -> None:
    assert render("{{ randAlphaNum 12 | len }}", {}) == "12"
