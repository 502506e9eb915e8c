"""Control structures parse as in Go, and what does not says what and where."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ if 1 }}a{{ else }}b{{ end }}", "a"),
        ('{{ define "t" }}1{{ end }}{{ define "t" }} {{ end }}{{ template "t" }}', "1"),
        ('{{ define "t" }} {{ end }}{{ define "t" }}2{{ end }}{{ template "t" }}', "2"),
        ('{{ define `t` }}{{ block "u" 1 }}{{ . }}{{ end }}{{ end }}{{ template `t` }}', "1"),
        ("{{ if 0 }}" + "{{ else if 0 }}" * 1000 + "{{ else }}x{{ end }}", "x"),
    ],
)
def test_parsed(template: str, expected: str) -> None:
    assert render(template, {}) == expected


@pytest.mark.parametrize(
    ("template", "kind", "column"),
    [
        ("{{ if 1 }}", "parse/unexpected-eof", 4),
        ("a{{ with 1 }}{{ range 1 }}{{ end }}", "parse/unexpected-eof", 5),
        ("{{ end }}", "parse/unexpected-control", 4),
        ("{{ else }}", "parse/unexpected-control", 4),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "parse/unexpected-control", 24),
        ("{{ range 1 }}{{ else }}{{ else }}{{ end }}", "parse/unexpected-control", 27),
        ('{{ define "t" }}{{ else }}{{ end }}', "parse/unexpected-control", 20),
        ("{{ if 1 }}{{ else with 1 }}{{ end }}", "parse/unexpected-token", 19),
        ("{{ if 1 }}{{ end 1 }}", "parse/unexpected-token", 18),
        ("{{ if }}{{ end }}", "parse/missing-value", 7),
        ("{{ break }}", "parse/break-continue-outside-range", 4),
        ('{{ range 1 }}{{ block "b" 1 }}{{ continue }}{{ end }}{{ end }}', "parse/break-continue-outside-range", 34),
        ("{{ range 1 }}{{ break 1 }}{{ end }}", "parse/unexpected-token", 23),
        ("{{ define }}{{ end }}", "parse/unexpected-token", 11),
        ("{{ define t }}{{ end }}", "parse/unexpected-token", 11),
        ('{{ define "t" 1 }}{{ end }}', "parse/unexpected-token", 15),
        (r'{{ define "\8" }}{{ end }}', "parse/bad-literal", 11),
        ('{{ define "t" }}{{ define "u" }}{{ end }}{{ end }}', "parse/unexpected-token", 20),
        ('{{ block "t" }}{{ end }}', "parse/missing-value", 14),
        ("{{ template }}", "parse/unexpected-token", 13),
        ('{{ define "t" }}1{{ end }}{{ define "t" }}2{{ end }}', "parse/multiple-definition", 37),
        ("{{ if 1 }}" * 200, "limit/depth", 1204),
    ],
)
def test_mistakes(template: str, kind: str, column: int) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert (refused.value.kind, refused.value.column) == (kind, column)
