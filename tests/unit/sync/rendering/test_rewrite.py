from typing import Any, Final

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import decoding, keys, rewriting
from keyferry.spec.decoding import Decoding
from keyferry.spec.keys import Conversion
from keyferry.sync.rendering import rewrite
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.rendering.entry import Entry
from keyferry.template.functions.function import Meter, Surroundings
from tests.golden.cases import as_entries, cases

ENGINE: Final = Engine(Compiled(), Surroundings(meter=Meter(steps=1_000_000, bytes_left=1 << 24)))
NO_STEP: Final = {"regexp": {"source": "^.$.", "target": ""}}  # the API refuses the empty step of some cases
CLASSES: Final = {
    "regexp-compile": "is not a regular expression",
    "transform-parse": "cannot be parsed",
    "transform-execute": "cannot be rendered",
    "merge-missing-into": "nowhere to go",
    "merge-conflict": "more than once",
    "merge-priority-not-found": "which is not there",
    "merge-not-json-object": "not a JSON object",
    "key-invalid-character": "cannot be the key of a Secret",
    "key-too-long": "longer than a Secret allows",
    "key-collision": "two keys become",
}


def steps(case: dict[str, Any]) -> tuple[rewriting.Step, ...]:
    return rewriting.steps([operation or NO_STEP for operation in case["args"]["operations"]])


def entries(case: dict[str, Any]) -> dict[str, Entry]:
    return {key: Entry(value=value) for key, value in as_entries(case, "input").items()}


def is_of_the_api(case: Any) -> bool:
    """A strategy that the API's schema refuses can never arrive."""
    return "Bogus" not in str(case.values[0]["args"])


@pytest.mark.parametrize("case", list(filter(is_of_the_api, cases("rewrite.jsonl", "rewrite"))))
def test_rewrites_as_upstream_does(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(SpecError, match=CLASSES[case["error"]]):
            rewrite.apply(entries(case), steps(case), ENGINE)
    else:
        made = rewrite.apply(entries(case), steps(case), ENGINE)
        assert {key: one.value for key, one in made.items()} == as_entries(case, "output")


def pipeline(case: dict[str, Any]) -> dict[str, bytes]:
    arguments = case["args"]
    made = rewrite.apply(entries(case), steps(case), ENGINE)
    if not arguments["operations"]:
        made = keys.convert_keys(made, Conversion(arguments["conversionStrategy"] or "Default"))
    strategy = Decoding(arguments["decodingStrategy"] or "None")
    return {key: decoding.decode(one.value, strategy) for key, one in keys.validate_keys(made).items()}


@pytest.mark.parametrize("case", cases("rewrite.jsonl", "pipeline"))
def test_converts_checks_and_decodes_afterwards(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(SpecError, match=CLASSES[case["error"]]):
            pipeline(case)
    else:
        assert pipeline(case) == as_entries(case, "output")


def test_of_two_keys_that_become_one_the_last_by_the_alphabet_stays() -> None:
    given = {"b": Entry(value=b"2"), "a": Entry(value=b"1")}
    step = rewriting.steps([{"regexp": {"source": ".", "target": "x"}}])
    assert rewrite.apply(given, step, ENGINE) == {"x": Entry(value=b"2")}


def test_a_wrong_pattern_is_told_where_there_are_no_keys() -> None:
    with pytest.raises(SpecError):
        rewrite.apply({}, rewriting.steps([{"regexp": {"source": "(", "target": ""}}]), ENGINE)
