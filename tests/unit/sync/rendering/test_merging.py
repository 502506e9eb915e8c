import pytest

from keyferry.model.errors import SpecError
from keyferry.spec.rewriting import ConflictPolicy, MergeStep, MergeStrategy, PriorityPolicy
from keyferry.sync.rendering import merging
from keyferry.sync.rendering.entry import Entry
from keyferry.sync.state import Origin
from keyferry.template.functions.function import Surroundings

WORLD = Surroundings()
ONE, TWO = (Origin(vault="kv", name=name, version="1") for name in ("one", "two"))


def step(**changes: object) -> MergeStep:
    fields = {
        "into": "",
        "strategy": MergeStrategy.EXTRACT,
        "conflicts": ConflictPolicy.ERROR,
        "priority": (),
        "priority_policy": PriorityPolicy.STRICT,
    } | changes
    return MergeStep(**fields)  # type: ignore[arg-type]  # a table of changes has no single type


ENTRIES = {"a": Entry(value=b'{"x": 1}', origin=ONE), "b": Entry(value=b'{"y": "2"}', origin=TWO)}


def test_each_member_knows_where_it_came_from() -> None:
    assert merging.merge(WORLD, ENTRIES, step()) == {
        "x": Entry(value=b"1", origin=ONE),
        "y": Entry(value=b"2", origin=TWO),
    }


def test_a_merged_object_has_one_origin_or_none() -> None:
    into = step(strategy=MergeStrategy.JSON, into="all")
    assert merging.merge(WORLD, ENTRIES, into)["all"] == Entry(value=b'{"x":1,"y":"2"}')
    assert merging.merge(WORLD, {"a": ENTRIES["a"]}, into)["all"] == Entry(value=b'{"x":1}', origin=ONE)
    assert merging.merge(WORLD, {}, into)["all"] == Entry(value=b"{}")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param(step(strategy=MergeStrategy.JSON), "nowhere to go", id="no-into"),
        pytest.param(step(priority=("a", "a")), '"x" more than once', id="conflict"),
        pytest.param(step(priority=("z",)), '"z", which is not there', id="priority"),
    ],
)
def test_what_cannot_be_merged(wrong: MergeStep, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        merging.merge(WORLD, ENTRIES, wrong)


def test_a_priority_that_is_not_there_can_be_ignored() -> None:
    lenient = step(priority=("z", "a"), priority_policy=PriorityPolicy.IGNORE_NOT_FOUND)
    assert list(merging.merge(WORLD, ENTRIES, lenient)) == ["y", "x"]


def test_what_is_no_text_is_written_as_go_writes_it() -> None:
    given = {"a": Entry(value=b'{"n": null, "t": "x", "f": 1e3, "o": {"b": [1, true]}}')}
    made = merging.merge(WORLD, given, step())
    assert {name: one.value for name, one in made.items()} == {
        "n": b"",
        "t": b"x",
        "f": b"1000",
        "o": b'{"b":[1,true]}',
    }
