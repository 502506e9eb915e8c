"""Fields, variables and pipelines have the values that Go gives them."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.language.expressions import plain
from keyferry.template.language.frames import NIL_ELEMENT

DATA: dict[str, str | bytes] = {"user": "alice", "empty": ""}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ .user }}", "alice"),
        ("{{ $.user }}", "alice"),
        ('{{ (dict "a" (dict "b" 1)).a.b }}', "1"),
        ('{{ $x := dict "a" 1 }}{{ $x.a }}', "1"),
        ('{{ (dict "a" nil).a }}', "<no value>"),
        ('{{ list (dict "a" nil).a }}', "[<nil>]"),
        ("{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "2"),
        ("{{ ($x := 1) }}{{ $x }}", "11"),
        ('{{ "a" | print "b" | print "c" }}', "cba"),
        ("{{ .user | len | print }}", "5"),
        ('{{ (semver "2.0.0").GreaterThan (semver "1.0.0") }}', "true"),
        ('{{ semver "1.0.0" | (semver "2.0.0").GreaterThan }}', "true"),
        ('{{ (semver "2.1.0").Major }}', "2"),
    ],
)
def test_values(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("{{ .nope }}", "exec/missing-key"),
        ("{{ .user.name }}", "exec/no-field"),
        ('{{ (dict "a" nil).a.b }}', "exec/nil-pointer"),
        ("{{ .user 1 }}", "exec/not-a-function"),
        ("{{ 1 | .user }}", "exec/not-a-function"),
        ("{{ $x := 1 }}{{ $x 2 }}", "exec/not-a-function"),
        ('{{ hasKey (dict "a" nil).a "k" }}', "exec/wrong-type"),
        ("{{ and false ($x := 1) }}{{ $x }}", "exec/undefined-variable"),
        ("{{ and false ($x := 1) }}{{ $x = 1 }}", "exec/undefined-variable"),
        ('{{ (fromJson "null").a }}', "exec/missing-key"),
    ],
)
def test_mistakes(template: str, kind: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, DATA)
    assert refused.value.kind == kind
    assert "alice" not in str(refused.value)


def test_nil_is_plain() -> None:
    assert plain(NIL_ELEMENT) is None
    assert plain(1) == 1
