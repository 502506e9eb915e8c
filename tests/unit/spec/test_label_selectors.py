"""Which labels a selector fits, and what is wrong with one."""

from typing import Any

import pytest

from keyferry.spec import label_selectors
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.problems import Problems

PROD = {"env": "prod", "team": "shop"}


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator} | ({"values": list(values)} if values else {})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, True, id="empty-fits-everything"),
        pytest.param({"matchLabels": {"env": "prod"}}, True, id="equal"),
        pytest.param({"matchLabels": {"env": "prod", "team": "pay"}}, False, id="all-must-be-equal"),
        pytest.param({"matchLabels": {"zone": ""}}, False, id="absent-is-not-empty"),
        pytest.param({"matchExpressions": [expression("env", "In", "test", "prod")]}, True, id="in"),
        pytest.param({"matchExpressions": [expression("env", "In", "test")]}, False, id="not-in-the-set"),
        pytest.param({"matchExpressions": [expression("zone", "In", "a")]}, False, id="in-absent"),
        pytest.param({"matchExpressions": [expression("env", "NotIn", "prod")]}, False, id="notin"),
        pytest.param({"matchExpressions": [expression("zone", "NotIn", "a")]}, True, id="notin-absent"),
        pytest.param({"matchExpressions": [expression("env", "Exists")]}, True, id="exists"),
        pytest.param({"matchExpressions": [expression("zone", "Exists")]}, False, id="exists-not"),
        pytest.param({"matchExpressions": [expression("zone", "DoesNotExist")]}, True, id="does-not-exist"),
        pytest.param({"matchExpressions": [expression("env", "DoesNotExist")]}, False, id="and-does"),
        pytest.param(
            {"matchLabels": {"env": "prod"}, "matchExpressions": [expression("team", "In", "pay")]}, False, id="both"
        ),
    ],
)
def test_fits(fields: dict[str, Any], expected: bool) -> None:
    problems = Problems()
    label_selectors.check(fields, "spec.selector", problems)
    assert not problems
    assert label_selectors.parse(fields).fits(PROD) is expected


def test_nothing_at_all_fits_everything() -> None:
    assert LabelSelector().fits({})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"matchLabels": {"env": "a b"}},
            's.matchLabels[env]: "a b" cannot be the value of a label',
            id="value",
        ),
        pytest.param(
            {"matchExpressions": [expression("a b", "Exists")]},
            "s.matchExpressions[0].key[a b]: cannot be a key of labels or annotations",
            id="key",
        ),
        pytest.param(
            {"matchExpressions": [expression("a", "in", "b")]},
            's.matchExpressions[0].operator: "in" is no operator of a label selector',
            id="operator",
        ),
        pytest.param(
            {"matchExpressions": [expression("a", "Near")]},
            's.matchExpressions[0].operator: "Near" is no operator of a label selector',
            id="operator-like-none",
        ),
        pytest.param(
            {"matchExpressions": [expression("a", "In")]},
            "s.matchExpressions[0].values: are missing, and In needs them",
            id="no-values",
        ),
        pytest.param(
            {"matchExpressions": [expression("a", "Exists", "b")]},
            "s.matchExpressions[0].values: are there, and Exists takes none",
            id="values",
        ),
    ],
)
def test_says_what_is_wrong(fields: dict[str, Any], expected: str) -> None:
    problems = Problems()
    label_selectors.check(fields, "s", problems)
    assert [str(problem) for problem in problems.found] == [expected]
    assert all(problem.remedy for problem in problems.found)


@pytest.mark.parametrize("fields", [pytest.param({"matchExpressions": [{}]}, id="told-when-the-fields-were-checked")])
def test_leaves_missing_fields_to_their_check(fields: dict[str, Any]) -> None:
    problems = Problems()
    label_selectors.check(fields, "s", problems)
    assert not problems
