"""Branches, loops and templates run as in Go, and stop where they would not end."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from keyferry.template.language.frames import Frame, Rendering
from keyferry.template.language.statements import Statement

DATA: dict[str, str | bytes] = {"a": "1", "b": "2", "empty": ""}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("a{{ .a }}{{ print nil }}", "a1<nil>", id="text-and-values"),
        pytest.param("{{ $x := 1 }}{{ $x = 2 }}", "", id="a-variable-keeps-it"),
        pytest.param("{{ if .a }}y{{ end }}{{ if .empty }}n{{ end }}", "y", id="if"),
        pytest.param("{{ if .empty }}a{{ else if .a }}b{{ else }}c{{ end }}", "b", id="else-if"),
        pytest.param("{{ if .empty }}a{{ else if .empty }}b{{ else }}c{{ end }}", "c", id="else"),
        pytest.param("{{ with .a }}{{ . }}{{ else }}no{{ end }}", "1", id="with"),
        pytest.param("{{ with .empty }}a{{ else with .b }}{{ . }}{{ end }}", "2", id="else-with"),
        pytest.param("{{ $x := 1 }}{{ if $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21", id="shadowed"),
        pytest.param("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2", id="assigned"),
        pytest.param('{{ range list "x" "y" }}{{ . }};{{ end }}', "x;y;", id="range-list"),
        pytest.param('{{ range $i, $e := list "x" "y" }}{{ $i }}{{ $e }}{{ end }}', "0x1y", id="range-two"),
        pytest.param('{{ range $e := list "x" "y" }}{{ $e }}{{ end }}', "xy", id="range-one"),
        pytest.param("{{ range $k, $v := . }}{{ $k }}{{ $v }} {{ end }}", "a1 b2 empty ", id="range-map"),
        pytest.param("{{ range 3 }}{{ . }}{{ end }}{{ range $i := 2 }}{{ $i }}{{ end }}", "01201", id="range-int"),
        pytest.param("{{ range int64 2 }}{{ printf `%T` . }} {{ end }}", "int64 int64 ", id="range-int64"),
        pytest.param("{{ range list }}x{{ else }}none{{ end }}{{ range 0 }}x{{ end }}", "none", id="range-empty"),
        pytest.param('{{ range fromJson "null" }}x{{ else }}none{{ end }}', "none", id="range-nil"),
        pytest.param("{{ range list nil }}{{ . }}{{ print . }}{{ end }}", "<no value><nil>", id="range-nil-items"),
        pytest.param(
            "{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}",
            "02",
            id="leaps",
        ),
        pytest.param("{{ range 2 }}{{ range 9 }}{{ break }}{{ end }}{{ . }}{{ end }}", "01", id="inner-leap"),
        pytest.param(
            "{{ range 2 }}{{ range list }}{{ else }}{{ break }}{{ end }}{{ . }}{{ end }}", "", id="leap-in-else"
        ),
        pytest.param(
            "{{ $i := 9 }}{{ $e := 9 }}{{ range $i, $e = list 5 6 }}{{ end }}{{ $i }}{{ $e }}", "16", id="range-assigns"
        ),
        pytest.param("{{ $e := 9 }}{{ range $e = list 5 6 }}{{ end }}{{ $e }}", "6", id="range-assigns-one"),
        pytest.param(
            '{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" .a }}{{ template "t" }}',
            "<1><<no value>>",
            id="template",
        ),
        pytest.param('{{ define "t" }}{{ $ }}{{ end }}{{ $x := 1 }}{{ template "t" $x }}', "1", id="its-own-variables"),
        pytest.param('{{ block "t" .b }}{{ . }}{{ end }}{{ template "t" 3 }}', "23", id="block"),
        pytest.param('{{ define "tpl" }}x{{ end }} ', "x", id="the-name-of-the-whole"),
    ],
)
def test_output(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(
    ("template", "kind", "column"),
    [
        ("{{ range .a }}{{ end }}", "exec/range-type", 10),
        ("{{ range true }}{{ end }}", "exec/range-type", 10),
        ("{{ range $i, $e := 3 }}{{ end }}", "exec/range-type", 10),
        ('{{ template "t" .nope }}', "exec/template-undefined", 13),
        ('{{ define "t" }}\n  {{ .x }}{{ end }}{{ template "t" 1 }}', "exec/no-field", 6),
        ("{{ range list nil }}{{ .x }}{{ end }}", "exec/nil-pointer", 24),
    ],
)
def test_mistakes(template: str, kind: str, column: int) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, DATA)
    assert (refused.value.kind, refused.value.column) == (kind, column)


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{ range 100000000 }}{{ end }}", "steps"),
        ("{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}", "steps"),
        ("{{ $l := until 9000 }}{{ range 1000 }}{{ range $l }}{{ break }}{{ end }}{{ end }}", "steps"),
        ("{{ range 1000 }}{{ $.big }}{{ end }}", "bytes"),
        ('{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', "depth"),
        (
            '{{ define "t" }}{{ if 1 }}{{ with 1 }}{{ template "t" }}{{ end }}{{ end }}{{ end }}{{ template "t" }}',
            "depth",
        ),
    ],
)
def test_limits(template: str, what: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {"big": "x" * 100_000})
    assert refused.value.kind == f"limit/{what}"


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("a\n{{ range 100000000 }}{{ end }}", (2, 10)),
        ("a\n{{ range 100000000 }} {{ end }}", (2, 10)),
        ("a\n{{ repeat 1000000000 `x` }}", (2, 4)),
    ],
)
def test_where_a_limit_was_reached(template: str, place: tuple[int, int]) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert (refused.value.line, refused.value.column) == place


def test_a_statement_does_something() -> None:
    with pytest.raises(NotImplementedError):
        Statement().run(Frame(Rendering({}, Surroundings(), "error"), b"", 0), b"")
