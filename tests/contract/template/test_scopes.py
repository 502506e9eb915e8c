"""What templateFrom renders comes where Go's `Execute` put it: into a Secret's parts, or along a path of any object."""

import base64
import copy
from typing import Any

import pytest

from keyferry.spec.decoding import Decoding, decode
from keyferry.template import render, scopes
from keyferry.template.errors import TemplateError
from keyferry.template.scope_errors import ScopeError
from keyferry.template.scopes import Part, Scope
from tests.golden.cases import as_entries, cases

CASES = [case for case in cases("execute.jsonl") if case.values[0].get("error") != "unknown-scope"]  # the spec's to say


def applied(case: dict[str, Any]) -> dict[str, Any]:
    scope, strategy = Scope(case["scope"]), Decoding(case["decodingStrategy"])
    texts = {key: render(text.encode(), as_entries(case, "data")) for key, text in case["tpl"].items()}
    if case["kind"] != "Secret":
        return scopes.changed(case["object"], texts, scope, case["target"], lambda value: decode(value, strategy))
    secret = copy.deepcopy(case.get("object") or {"apiVersion": "v1", "kind": "Secret"})
    found = scopes.entries(texts, scope, lambda value: decode(value, strategy))
    metadata = secret.setdefault("metadata", {})
    match scopes.part_of(case["target"]):
        case Part.DATA:
            secret.setdefault("data", {}).update(
                {key: base64.b64encode(value).decode() for key, value in found.items()}
            )
        case part:
            assert part is not None
            metadata.setdefault(part, {}).update({key: value.decode() for key, value in found.items()})
    return dict(secret)


@pytest.mark.parametrize("case", [case for case in CASES if "output" in case.values[0]])
def test_objects_are_gos(case: dict[str, Any]) -> None:
    assert applied(case) == case["output"]


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case.values[0]])
def test_errors_are_gos(case: dict[str, Any]) -> None:
    with pytest.raises((TemplateError, ScopeError)) as refused:
        applied(case)
    error = refused.value
    assert isinstance(error, TemplateError | ScopeError)
    assert (f"template:{error.kind}" if isinstance(error, TemplateError) else error.kind) == case["error"]
