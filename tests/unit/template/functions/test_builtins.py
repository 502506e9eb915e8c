"""Go's own functions do what they do in Go."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from keyferry.template.meter import Meter

DATA: dict[str, str | bytes] = {
    "s": "abc",
    "latin": b"caf\xe9",
    "tags": '<a href="x">\'&\0',
    "script": "a\nb\u2028'=<>&\\\"é\x7f",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ not 0 }}{{ not .s }}{{ not list }}{{ not nil }}", "truefalsetruetrue"),
        ("{{ len .s }}{{ len (list 1) }}{{ len . }}", "314"),
        ('{{ index . "s" }}{{ index . "nope" }}{{ index .s 1 }}{{ index (list 1 2) 1 }}', "abc982"),
        ('{{ index (dict "a" (list 1 2)) "a" 1 }}{{ index (dict) "x" }}{{ index .s }}', "2<no value>abc"),
        ("{{ index (list 4 5) (int64 1) }}", "5"),
        ('{{ print 1 2 "a" }}|{{ println "a" 1 }}|{{ printf "%03d" 7 }}', "1 2a|a 1\n|007"),
        ("{{ html .tags }}", "&lt;a href=&#34;x&#34;&gt;&#39;&amp;\ufffd"),
        ("{{ html 1 2 }} {{ html nil }}", "1 2 &lt;no value&gt;"),
        ("{{ js .script }}", "a\\u000Ab\\u2028\\'\\u003D\\u003C\\u003E\\u0026\\\\\\\"é\x7f"),
        ("{{ js .latin | len }}", "4"),
        ('{{ urlquery "a b/é~-_." 1 }}', "a+b%2F%C3%A9~-_.1"),
    ],
)
def test_values(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ len 1 }}",
        "{{ len nil }}",
        "{{ index nil 1 }}",
        "{{ index 1 1 }}",
        "{{ index (dict) 1 }}",
        "{{ index (dict) nil }}",
        '{{ index (dict) "a" "b" }}',
        '{{ index (list 1) "a" }}',
        "{{ index (list 1) true }}",
        "{{ index (list 1) 1 }}",
        "{{ index (list 1) -1 }}",
        "{{ call 1 }}",
        "{{ call nil 1 }}",
    ],
)
def test_errors(template: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert refused.value.kind == f"exec/call:{template.split()[1]}"


def test_escaping_is_paid_for() -> None:
    for name in ("html", "js", "urlquery"):
        poor = Surroundings(meter=Meter(steps=1000, bytes_left=25_000))
        with pytest.raises(TemplateError) as refused:
            render("{{ $x := repeat 9000 .x }}{{ " + name + " $x }}", {"x": "<"}, surroundings=poor)
        assert refused.value.kind == "limit/bytes"
