"""Each rule has a name of its own, texts that help, and survives whatever a document holds."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.advice.judge import RULES, judge
from keyferry.advice.rules import CHECKS
from keyferry.advice.surroundings import Nothing

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "metadata", "template", "containers", "volumes", "env", "annotations", "labels", "data"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
KINDS = sorted({kind for check in CHECKS for kind in check.kinds} | {"Other"})


@given(st.dictionaries(st.sampled_from(["spec", "metadata", "data", "apiVersion"]), JSON), st.sampled_from(KINDS))
def test_whatever_it_holds_a_document_is_judged(content: dict[str, object], kind: str) -> None:
    for found in judge({**content, "kind": kind}, Nothing()):
        assert found.path
        assert found.message


def test_no_two_rules_share_a_name() -> None:
    assert len(RULES) == sum(len(check.rules) for check in CHECKS) + 1, "that of suppression"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_and_why_and_what_to_do(name: str) -> None:
    rule = RULES[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.remedy


@pytest.mark.parametrize("name", RULES)
def test_an_example_is_right_by_every_rule(name: str) -> None:
    documents = list(yaml.safe_load_all(RULES[name].example))
    assert documents
    for document in documents:
        assert judge(document, Nothing()) == ()
