"""Whatever stands anywhere in a document that rules look at, it is judged, alone and among others, within bounds."""

import copy
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.advice.documents import Documents
from keyferry.advice.judge import RULES, judge, looks_at
from keyferry.advice.surroundings import Nothing

Path: TypeAlias = tuple[str | int, ...]
MAX_TEXT = 4_000
NASTY: tuple[Any, ...] = (
    *([], {}, "", None, True, -1, 2**63, 1.5, float("nan"), float("inf"), b"x"),
    *([[[]]], [None], {"": ""}, {1: 2}, {None: []}, {"nope": 1}, [{}], ["a"]),
    *("x" * 300_000, "\ud800", "a\0b", "\n", "{{", "\x1b[2J", "0400", 256, 400, "true", "1h" * 1_000, "-1s"),
)
EXAMPLES: list[dict[str, Any]] = [
    document for rule in RULES.values() for document in yaml.safe_load_all(rule.example) if document is not None
]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document below its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, found in inner:
        yield (*path, step)
        yield from places(found, (*path, step))


PLACES = [(index, path) for index, document in enumerate(EXAMPLES) for path in places(document)]


def with_value(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(document)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return made


@settings(max_examples=1000)
@given(st.sampled_from(PLACES), st.sampled_from(NASTY), st.sampled_from(EXAMPLES))
def test_whatever_a_place_holds_it_is_judged(place: tuple[int, Path], value: Any, other: dict[str, Any]) -> None:
    index, path = place
    document = with_value(EXAMPLES[index], path, value)
    known = Documents([document, other, document], frozenset({"system:serviceaccount:apps:reader"})).around()
    for judged in (document, other):
        assert looks_at(judged) or not judge(judged, Nothing())
        for finding in (*judge(judged, Nothing()), *judge(judged, known)):
            assert len(str(finding)) < MAX_TEXT
