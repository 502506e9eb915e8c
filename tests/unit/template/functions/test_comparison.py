"""Values of one kind compare, and others are told apart as errors."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions import catalog
from keyferry.template.values import Map, Slice


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ eq 1 1 }}{{ eq 1 2 1 }}{{ eq 1 2 }}", "truetruefalse"),
        ('{{ eq "a" "a" }}{{ eq 1.5 1.5 }}{{ eq true true }}{{ eq 1i 1i }}', "truetruetruetrue"),
        ("{{ eq nil nil }}{{ eq nil 1 }}{{ eq 1 nil }}{{ eq nil (list) }}", "truefalsefalsefalse"),
        ("{{ eq (int 1) (int64 1) }}", "true"),
        ('{{ eq (index "a" 0) 97 }}', "true"),
        ("{{ ne 1 2 }}{{ ne 1 1 }}", "truefalse"),
        ('{{ lt 1 2 }}{{ lt "a" "b" }}{{ lt 1.5 1.5 }}', "truetruefalse"),
        ("{{ le 1 1 }}{{ le 1 2 }}{{ le 2 1 }}", "truetruefalse"),
        ("{{ gt 1 1 }}{{ gt 1 2 }}{{ gt 2 1 }}", "falsefalsetrue"),
        ("{{ ge 1 1 }}{{ ge 1 2 }}{{ ge 2 1 }}", "truefalsetrue"),
        ('{{ eq (semver "1.0.0") nil }}', "false"),
        ("{{ $v := semver `1.0.0` }}{{ eq $v $v }}", "true"),
        ("{{ eq (until 0) (slice (list) 0) }}", "false"),
    ],
)
def test_values(template: str, expected: str) -> None:
    assert render(template, {}) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ eq 1 }}",
        "{{ eq 1 1.0 }}",
        '{{ eq 1 "1" }}',
        '{{ eq "a" "b" 3 }}',
        "{{ eq (dict) (dict) }}",
        "{{ eq (list) (list) }}",
        "{{ eq (list) (dict) }}",
        "{{ ne (list) 1 }}",
        "{{ lt 1 2.5 }}",
        '{{ lt "a" 1 }}',
        "{{ lt (list) (list) }}",
        "{{ lt 1 nil }}",
        "{{ lt nil 1 }}",
        "{{ gt true false }}",
        "{{ ge 1i 1i }}",
        "{{ le 1 now }}",
    ],
)
def test_errors(template: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert refused.value.kind == f"exec/call:{template.split()[1]}"


def test_nil_lists() -> None:
    equal = catalog.functions()["eq"].call
    assert equal(Slice(is_nil=True), Slice(is_nil=True))
    assert not equal(Slice(), Slice(is_nil=True))
    assert equal(Map(is_nil=True), None)
