from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.spec import checking, rules
from keyferry.spec.problems import Problems
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts

NAME = Text(min_length=1, max_length=5, pattern="^[a-z]+$")
POLICY = Text(enum=("Owner", "Merge"), default="Owner", not_yet_values=("Merge",))
TREE = Table(
    required=("name",),
    default={"name": "x"},
    fields={
        "name": NAME,
        "policy": POLICY,
        "flag": Flag(default=False),
        "old": Flag(not_yet=True),
        "later": Table(fields={"a": Text()}, not_yet=True),
        "count": Integer(),
        "share": Integer(least=0, most=100),
        "size": Integer(least=1),
        "low": Integer(most=5),
        "tier": Text(enum=("a", "b"), quiet=True),
        "interval": IntegerOrText(rule=rules.seconds_or_duration),
        "list": Items(of=Table(fields={"a": Text()}), min_items=1),
        "words": Items(of=Text()),
        "labels": Texts(),
        "one": Table(fields={"a": Text(), "b": Text()}, min_properties=1, max_properties=1, open=True),
    },
)
DEFAULTS = {"policy": "Owner", "flag": False}


def problems_of(node: Node, value: object) -> tuple[Any, list[str]]:
    problems = Problems()
    checked = checking.check(node, value, "spec", problems)
    return checked, [f"{problem} ({problem.remedy})" if problem.remedy else str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"name": "x"}, {"name": "x", **DEFAULTS}, id="defaults-are-filled-in"),
        pytest.param({"name": "x", "flag": None}, {"name": "x", **DEFAULTS}, id="null-is-absent"),
        pytest.param({"name": "x", "old": False}, {"name": "x", **DEFAULTS, "old": False}, id="false-is-no-demand"),
        pytest.param({"name": "x", "count": 3}, {"name": "x", **DEFAULTS, "count": 3}, id="number"),
        pytest.param(
            {"name": "x", "share": 0, "size": 9, "low": -1},
            {"name": "x", **DEFAULTS, "share": 0, "size": 9, "low": -1},
            id="within-bounds",
        ),
        pytest.param({"name": "x", "interval": 3}, {"name": "x", **DEFAULTS, "interval": 3}, id="number-or-text"),
        pytest.param(
            {"name": "x", "labels": {"a": "b", "c": None}}, {"name": "x", **DEFAULTS, "labels": {"a": "b"}}, id="labels"
        ),
        pytest.param(
            {"name": "x", "one": {"c": {"d": 1}}}, {"name": "x", **DEFAULTS, "one": {"c": {"d": 1}}}, id="open-keeps"
        ),
        pytest.param({"name": "x", "list": [{"a": "b"}]}, {"name": "x", **DEFAULTS, "list": [{"a": "b"}]}, id="list"),
    ],
)
def test_takes_what_fits(value: object, expected: object) -> None:
    assert problems_of(TREE, value) == (expected, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("x", ["spec: must be a mapping, and is text (write a mapping)"], id="no-mapping"),
        pytest.param({}, ["spec.name: is missing (add it)"], id="missing"),
        pytest.param(
            {"name": "x", "polcy": 1}, ['spec.polcy: is not a field of this API (did you mean "policy"?)'], id="near"
        ),
        pytest.param({"name": "x", "zzz": 1}, ["spec.zzz: is not a field of this API (remove it)"], id="unknown"),
        pytest.param({"name": ""}, ["spec.name: is empty (write a value)"], id="empty"),
        pytest.param({"name": "abcdef"}, ["spec.name: has 6 characters, 5 are allowed (shorten it)"], id="long"),
        pytest.param({"name": "A"}, ['spec.name: "A" does not match ^[a-z]+$ (change it to match)'], id="pattern"),
        pytest.param(
            {"name": 5}, ["spec.name: must be text, and is a number (put it in quotes)"], id="number-for-text"
        ),
        pytest.param(
            {"name": True}, ["spec.name: must be text, and is true or false (put it in quotes)"], id="bool-for-text"
        ),
        pytest.param({"name": ["x"]}, ["spec.name: must be text, and is a list (write text)"], id="list-for-text"),
        pytest.param({"name": b"x"}, ["spec.name: must be text, and is of the type bytes (write text)"], id="bytes"),
        pytest.param({"name": {"x"}}, ["spec.name: must be text, and is of the type set (write text)"], id="odd-type"),
        pytest.param(
            {"name": "x", "policy": "owner"},
            ['spec.policy: "owner" is not one of Owner, Merge (did you mean "Owner"?)'],
            id="enum-near",
        ),
        pytest.param(
            {"name": "x", "policy": "zzz"},
            ['spec.policy: "zzz" is not one of Owner, Merge (write one of Owner, Merge)'],
            id="enum",
        ),
        pytest.param(
            {"name": "x", "policy": "Merge"},
            ['spec.policy: "Merge" is not supported by this version of keyferry yet (use Owner)'],
            id="value-not-yet",
        ),
        pytest.param(
            {"name": "x", "old": True, "later": {"a": "b"}},
            [
                "spec.old: is not supported by this version of keyferry yet (remove it)",
                "spec.later: is not supported by this version of keyferry yet (remove it)",
            ],
            id="field-not-yet",
        ),
        pytest.param(
            {"name": "x", "later": {"a": 1}},
            ["spec.later.a: must be text, and is a number (put it in quotes)"],
            id="not-yet-is-checked",
        ),
        pytest.param(
            {"name": "x", "flag": "yes"},
            ["spec.flag: must be true or false, and is text (write true or false)"],
            id="flag",
        ),
        pytest.param(
            {"name": "x", "count": True},
            ["spec.count: must be a whole number, and is true or false (write a whole number)"],
            id="count",
        ),
        pytest.param(
            {"name": "x", "share": 101, "size": 0, "low": 6},
            [
                "spec.share: must be at least 0 and at most 100 (change the number)",
                "spec.size: must be at least 1 (change the number)",
                "spec.low: must be at most 5 (change the number)",
            ],
            id="bounds",
        ),
        pytest.param(
            {"name": "x", "tier": "hunter2"},
            ["spec.tier: is not one of a, b (write one of a, b)"],
            id="a-quiet-enum-repeats-nothing",
        ),
        pytest.param(
            {"name": "x", "interval": []},
            ["spec.interval: must be a whole number or text, and is a list (write a whole number or text)"],
            id="interval",
        ),
        pytest.param(
            {"name": "x", "interval": -1},
            ['spec.interval: "-1" is negative (write a duration such as "5m", or 0 for the default)'],
            id="rule-on-number",
        ),
        pytest.param(
            {"name": "x", "list": "abc"}, ["spec.list: must be a list, and is text (write a list)"], id="text-for-list"
        ),
        pytest.param(
            {"name": "x", "list": []},
            ["spec.list: needs at least 1 entry (add one, or remove the list)"],
            id="short-list",
        ),
        pytest.param(
            {"name": "x", "list": [None]},
            ["spec.list[0]: must be a mapping, and is null (write a mapping)"],
            id="null-in-list",
        ),
        pytest.param(
            {"name": "x", "labels": {"a": 1}},
            ["spec.labels[a]: must be text, and is a number (put it in quotes)"],
            id="number-as-label",
        ),
        pytest.param(
            {"name": "x", "labels": ["a"]},
            ["spec.labels: must be a mapping, and is a list (write a mapping)"],
            id="list-for-labels",
        ),
        pytest.param({"name": "x", "one": {}}, ["spec.one: must have one of a, b (add one of them)"], id="too-few"),
        pytest.param(
            {"name": "x", "one": {"a": "1", "c": 1}},
            ["spec.one: has a, c, where 1 is allowed (keep one of them)"],
            id="too-many",
        ),
    ],
)
def test_names_what_does_not_fit(value: object, expected: list[str]) -> None:
    assert problems_of(TREE, value)[1] == expected


def test_keeps_the_places_of_a_list_and_leaves_out_wrong_words() -> None:
    checked, _ = problems_of(TREE, {"name": "x", "list": [5, {"a": "b"}], "words": ["a", 1]})
    assert (checked["list"], checked["words"]) == ([{}, {"a": "b"}], ["a"])


def test_does_not_repeat_a_value_of_the_wrong_type() -> None:
    _, problems = problems_of(Table(fields={"clientSecret": Table(fields={})}), {"clientSecret": "hunter2"})
    assert "hunter2" not in str(problems)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(TREE.fields)), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(ANY)
def test_reads_any_document(value: object) -> None:
    checked, _ = problems_of(TREE, value)
    assert isinstance(checked, dict)


@given(ANY)
def test_what_was_checked_passes_again_without_problems(value: object) -> None:
    checked, problems = problems_of(TREE, value)
    if not problems:
        assert problems_of(TREE, checked) == (checked, [])


def test_half_a_character_is_a_problem_of_its_field() -> None:
    checked, problems = problems_of(TREE, {"name": "x", "words": ["\ud83d", "\U0001f600", "é"]})
    assert checked["words"] == ["\U0001f600", "é"]
    assert problems == ["spec.words[0]: holds half of a character (write the character itself)"]


def test_what_costs_is_bounded_for_a_document_as_a_whole() -> None:
    node = Items(of=Text(rule=rules.regexp, most_together=8))
    checked, told = problems_of(node, ["abcd", "efgh", "i"])
    assert checked == ["abcd", "efgh"]
    (line,) = told
    assert line.startswith("spec[2]: is one regular expression too many: 8 characters are the most of all together")
