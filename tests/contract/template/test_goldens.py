"""Templates give what Go's engine gave: output to the byte, errors by their class."""

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from keyferry.template.language.compiled import Template
from tests.golden.cases import as_bytes, as_entries, cases

NOW = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)


CASES = cases("templates.jsonl")


def execute(case: dict[str, Any]) -> bytes:
    data = {key.encode(): value for key, value in as_entries(case, "data").items()}
    return Template(as_bytes(case, "template")).execute(data, Surroundings(now=NOW, chance=secrets.token_bytes))


@pytest.mark.parametrize("case", [case for case in CASES if "error" not in case.values[0]])
def test_output_is_gos(case: dict[str, Any]) -> None:
    assert execute(case) == as_bytes(case, "output")


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case.values[0]])
def test_errors_are_gos(case: dict[str, Any]) -> None:
    with pytest.raises(TemplateError) as refused:
        execute(case)
    error = refused.value
    assert error.kind == case["error"]
    assert error.line > 0
    assert error.column > 0
