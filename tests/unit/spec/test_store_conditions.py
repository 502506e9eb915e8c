"""Which namespaces may use a ClusterSecretStore."""

from typing import Any

import pytest

from keyferry.spec import store_conditions
from keyferry.spec.problems import Problems

LABELS = {"kubernetes.io/metadata.name": "shop-prod", "tier": "prod", "team": "shop"}


def selector(**labels: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": labels}}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([], True, id="without-any-all-may"),
        pytest.param([{}], False, id="an-empty-entry-fits-nothing"),
        pytest.param([{"namespaces": ["shop-prod"]}], True, id="named"),
        pytest.param([{"namespaces": ["shop", "prod"]}], False, id="named-wholly"),
        pytest.param([{"namespaces": ["other"]}, {"namespaces": ["web", "shop-prod"]}], True, id="any-entry"),
        pytest.param([selector(tier="prod", team="shop")], True, id="labels"),
        pytest.param([selector(tier="prod", team="pay")], False, id="all-labels"),
        pytest.param([{"namespaceSelector": {}}], True, id="an-empty-selector-fits-all"),
        pytest.param([{"namespaces": ["other"], **selector(tier="prod")}], True, id="any-field"),
        pytest.param([{"namespaceRegexes": ["^shop-"]}], True, id="pattern"),
        pytest.param([{"namespaceRegexes": ["op-pr"]}], True, id="pattern-is-searched"),
        pytest.param([{"namespaceRegexes": ["^op", "x"]}], False, id="no-pattern"),
        pytest.param(
            [{"namespaceSelector": {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["prod"]}]}}],
            True,
            id="expression",
        ),
    ],
)
def test_allows(entries: list[dict[str, Any]], expected: bool) -> None:
    problems = Problems()
    store_conditions.check(entries, problems)
    assert not problems
    assert store_conditions.allow(store_conditions.parse(entries), "shop-prod", LABELS) is expected


def test_says_where_a_selector_is_wrong() -> None:
    problems = Problems()
    wrong = {"namespaceSelector": {"matchExpressions": [{"key": "tier", "operator": "Is"}]}}
    store_conditions.check([{}, wrong], problems)
    (problem,) = problems.found
    assert problem.path == "spec.conditions[1].namespaceSelector.matchExpressions[0].operator"
