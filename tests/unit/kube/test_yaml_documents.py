"""YAML as a cluster would read it, and nothing that ends the process."""

import re
from typing import Any

import pytest
import yaml

from keyferry.kube import yaml_documents

BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
CHAIN = "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 1000))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a: 1\n---\n- b\n---\n", [{"a": 1}, ["b"], None], id="several"),
        pytest.param(b"a: \xc3\xa9", [{"a": "é"}], id="bytes"),
        pytest.param("a: 2026-01-01", [{"a": "2026-01-01"}], id="a-date-is-a-text"),
        pytest.param("a: 2026-99-99", [{"a": "2026-99-99"}], id="what-looks-like-a-date-too"),
        pytest.param("a: =", [{"a": "="}], id="an-equals-sign"),
        pytest.param("a: &a 1\nb: [*a]\nc: &a 2\nd: *a", [{"a": 1, "b": [1], "c": 2, "d": 2}], id="an-anchor-anew"),
        pytest.param("a: &a 1\nb: &a [*a]", None, id="an-anchor-anew-around-itself"),
        pytest.param("a: &a 1\n---\nb: &a 2\nc: *a", [{"a": 1}, {"b": 2, "c": 2}], id="an-anchor-of-each-document"),
        pytest.param("a: &a 2026-01-01\nb: &a =", [{"a": "2026-01-01", "b": "="}], id="the-same-texts"),
        pytest.param("a: &a 1\nb: &a !!bool x", None, id="an-anchor-anew-and-no-bool"),
        pytest.param("a: &a {b: 1}\nc: {<<: *a, d: *a}", [{"a": {"b": 1}, "c": {"b": 1, "d": {"b": 1}}}], id="aliases"),
        pytest.param("{[a, b]: 1, [a, b]: 2}".replace("[a, b]", "1"), None, id="a-number-twice"),
        pytest.param("a: 1\n'a': 2", None, id="a-key-twice"),
        pytest.param("? [a]\n: b", None, id="a-list-as-key"),
        pytest.param("a: !!bool x", None, id="no-bool"),
        pytest.param("a: !!int x", None, id="no-int"),
        pytest.param('a: !!int ""', None, id="an-empty-int"),
        pytest.param('a: !!float ""', None, id="an-empty-float"),
        pytest.param("a: " + "1" * 5000, None, id="a-number-that-python-refuses"),
        pytest.param("a: !!python/name:os.system", None, id="python"),
        pytest.param("a: [", None, id="syntax"),
        pytest.param("[" * 200_000, None, id="deep"),
        pytest.param("{a: " * 100_000, None, id="deep-mappings"),
        pytest.param("a: &a [*a]", None, id="a-cycle"),
        pytest.param(BOMB, None, id="a-bomb"),
        pytest.param(CHAIN, None, id="deep-by-aliases"),
    ],
)
def test_documents(text: str | bytes, expected: list[Any] | None) -> None:
    if expected is None:
        with pytest.raises(yaml.YAMLError):
            yaml_documents.documents(text)
    else:
        assert yaml_documents.documents(text) == expected


def test_a_long_document_is_taken() -> None:
    entries = yaml_documents.MAX_REPEATED + 1
    assert len(yaml_documents.documents("[" + "a," * entries + "]")[0]) == entries


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("a: 1\nb: !!bool canary", "not of the type", id="a-lying-tag"),
        pytest.param("a: 1\na: canary", "stands there twice", id="twice"),
        pytest.param("a:\n  {{ .Values.canary }}", "of an unrendered template", id="template"),
        pytest.param("a:\n  " + "[" * 101, "nested more than 100", id="deep"),
        pytest.param("#\n" + BOMB, "more than 50000", id="bomb"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_without_the_value(text: str, problem: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match=re.escape(problem)) as caught:
        yaml_documents.documents(text)
    assert caught.value.problem_mark is not None
    assert caught.value.problem_mark.line == 1
    assert "canary" not in str(caught.value)
