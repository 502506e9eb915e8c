from dataclasses import dataclass, field

import pytest

from keyferry.lab.azure.persistence import tables
from keyferry.lab.azure.persistence.tables import Table


@dataclass(slots=True, kw_only=True)
class State:
    """A state of two kinds of fields."""

    groups: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    delay: float = 0.0


STATE = State(groups={"a": 1, "b": 2}, names=["x"], delay=1.5)


def test_a_field_is_rows_of_its_entries_or_one_row() -> None:
    found = {table.name: (table.type, dict(table.rows())) for table in tables.of_fields("s", STATE)}
    assert found == {
        "s.groups": (int, {"a": 1, "b": 2}),
        "s.names": (list[str], {"": ["x"]}),
        "s.delay": (float, {"": 1.5}),
    }


def test_rows_take_the_place_of_what_was_there() -> None:
    other = State(groups={"c": 3}, names=["y"], delay=9.0)
    for source, target in zip(tables.of_fields("s", STATE), tables.of_fields("s", other), strict=True):
        target.take(source.rows())
    assert other == STATE


@pytest.mark.parametrize(
    ("table", "left"),
    [
        pytest.param("groups", State(groups={}, names=["y"], delay=9.0), id="entries-are-gone"),
        pytest.param("names", State(groups={"c": 3}, names=["y"], delay=9.0), id="one-value-stays"),
    ],
)
def test_no_rows(table: str, left: State) -> None:
    other = State(groups={"c": 3}, names=["y"], delay=9.0)
    chosen = {each.name: each for each in tables.of_fields("s", other)}
    chosen[f"s.{table}"].take({})
    assert other == left


def test_a_list_has_a_row_for_each() -> None:
    held = ["one", "two"]
    table: Table = tables.listed("l", str, lambda: held, str.upper)
    assert table.rows() == {"ONE": "one", "TWO": "two"}
    table.take({"THREE": "three"})
    assert held == ["three"]
