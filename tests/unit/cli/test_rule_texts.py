"""Rules by their names, and all about them."""

import json

import pytest

from keyferry.advice.judge import RULES
from keyferry.cli import rule_texts
from keyferry.model.errors import SpecError


def test_names_have_commas_between_them() -> None:
    assert rule_texts.named(["sub-path, invalid", "invalid,"]) == {"sub-path", "invalid"}
    assert rule_texts.named([]) == frozenset()


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        pytest.param("sub-paths", 'did you mean "sub-path"?', id="near"),
        pytest.param("x", "see them all: keyferry check --list-rules", id="far"),
    ],
)
def test_a_name_that_is_none(name: str, remedy: str) -> None:
    with pytest.raises(SpecError) as refusal:
        rule_texts.named([name])
    assert refusal.value.remedy == remedy


@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_explained(name: str) -> None:
    told = rule_texts.explained(rule_texts.rule(name))
    assert told.startswith(f"{name} (")
    assert "To mend it: " in told


def test_lists() -> None:
    assert len(rule_texts.listed().splitlines()) == len(RULES)
    assert [each["name"] for each in json.loads(rule_texts.as_json(list(RULES.values())))] == list(RULES)
