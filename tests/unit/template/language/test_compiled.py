"""A template is parsed once, runs any number of times, and ends whatever it holds."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from keyferry.template.language.compiled import MAX_TEXT, Template
from keyferry.template.meter import Meter

WORDS = [
    "{{", "}}", "{{-", "-}}", " ", "\n", "x", "é", "(", ")", "|", ".", "$", "$x", ":=", "=", ",", '"', "'", "`", "\\",
    "1", "-1.5", "0x1p2", "2i", ".a", ".a.b", "nil", "true", "if", "else", "end", "range", "with", "define", "block",
    "and", "template", "break", "continue",
    '"t"', "print", "printf", '"%5.3[1]*v"', "index", "len", "eq", "lt", "or", "not",
    "html", "js", "call", "list", "dict", "/*", "*/",
]  # fmt: skip
ACTIONS = [
    "{{ if .a }}", "{{ else }}", "{{ end }}", "{{ range . }}", "{{ range 99 }}", "{{ with .a }}", '{{ define "t" }}',
    '{{ template "t" . }}', "{{ $x := list . }}", "{{ $x = list $x $x }}", "{{ $x }}", "{{ . }}", "{{ break }}",
    '{{ printf "%v %[1]q %x" . }}', "{{ print $x }}", "{{ dict . $x }}", "{{ .a }}", "{{ .b.c }}", "text ",
    "{{ index . `a` | len }}", "{{ eq . $x }}",
]  # fmt: skip


def test_what_it_takes_of_memory() -> None:
    assert Template("x" * 1000).size_bytes < 2000
    assert Template("{{.}}" * 1000).size_bytes > 300_000


def test_run_twice() -> None:
    template = Template(b"{{ .a }}\xe9", delimiters=("{{", "}}"))
    assert template.execute({b"a": b"1"}, Surroundings()) == b"1\xe9"
    assert template.execute({b"a": b"\xff"}, Surroundings()) == b"\xff\xe9"


@pytest.mark.parametrize(
    ("missing_key", "expected"),
    [("zero", b"[]"), ("default", b"[<no value>]")],
)
def test_missing_keys(missing_key: str, expected: bytes) -> None:
    assert Template("[{{ .a }}]").execute({}, Surroundings(), missing_key) == expected


def test_strings_come_out_as_they_went_in() -> None:
    data: dict[str, str | bytes] = {"a": "x", "b": b"\xe9\xc3\xa9"}
    assert render("{{ .a }}{{ .b }}", data) == "x\udce9é"
    assert render(b"{{ .a }}{{ .b }}", data) == b"x\xe9\xc3\xa9"


def test_what_is_no_text_at_all() -> None:
    assert render("\ud800{{ .a }}", {"a": "\udfff"}) == "\ufffd\ufffd"


def test_other_delimiters() -> None:
    assert render("{{ .a }}[[ .a ]]", {"a": "1"}, delimiters=("[[", "]]")) == "{{ .a }}1"


def test_its_name() -> None:
    assert Template('{{ define "me" }}x{{ end }}', "me").execute({}, Surroundings()) == b"x"


@pytest.mark.parametrize(
    ("template", "meter", "kind"),
    [
        ("x" * (MAX_TEXT + 1), Meter(steps=1, bytes_left=1), "limit/bytes"),
        ("xx", Meter(steps=1, bytes_left=1), "limit/bytes"),
        ("{{ 1 }}{{ 1 }}", Meter(steps=1, bytes_left=9), "limit/steps"),
        ("{{ $d := dict }}{{ $_ := set $d `d` $d }}{{ $d }}", Meter(steps=9999, bytes_left=9999), "limit/depth"),
    ],
)
def test_limits(template: str, meter: Meter, kind: str) -> None:
    with pytest.raises(TemplateError) as refused:
        Template(template).execute({}, Surroundings(meter=meter))
    assert refused.value.kind == kind


def nested(frames: int, call: Callable[[], object]) -> object:
    return nested(frames - 1, call) if frames else call()


def test_a_stack_that_ends() -> None:
    text = "{{ if 1 }}" * 100 + "x" + "{{ end }}" * 100
    deep = Template(text)
    for call in (lambda: Template(text), lambda: deep.execute({}, Surroundings())):
        with pytest.raises(TemplateError, match="nested too deep"):
            nested(780, call)


def _render(template: str) -> None:
    surroundings = Surroundings(meter=Meter(steps=3000, bytes_left=100_000))
    with contextlib.suppress(TemplateError):
        render(template, {"a": "secret", "b": "1"}, surroundings=surroundings)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_any_words_render_or_are_refused(template: str) -> None:
    _render("{{" + template)


@given(st.lists(st.sampled_from(ACTIONS), max_size=15).map("".join))
def test_any_actions_render_or_are_refused(template: str) -> None:
    _render(template + "{{ end }}" * template.count("{{ range"))
