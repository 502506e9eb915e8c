"""Pipelines parse as in Go, and what does not says what and where."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.language import scopes


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 1 | }}", "1"),
        ("{{1}}{{ `a` }}{{ true }}{{ 'a' }}{{ 1+2i }}{{ 0x10 }}", "1atrue97(1+2i)16"),
        ("{{ print (print 1) (2) nil }}", "12 <nil>"),
        ("{{ $x := 1 }}{{ print $x . | len }}", "7"),
        ("{{ $i := 1 }}{{ range $i := list 2 }}{{ $i }}{{ end }}", "2"),
    ],
)
def test_parsed(template: str, expected: str) -> None:
    assert render(template, {}) == expected


@pytest.mark.parametrize(
    ("template", "kind", "column"),
    [
        ("{{ }}", "parse/missing-value", 4),
        ("{{ $x := }}", "parse/missing-value", 10),
        ("{{ () }}", "parse/missing-value", 5),
        ("{{ | print }}", "parse/unexpected-token", 4),
        ("{{ 1 || print }}", "parse/unexpected-token", 7),
        ("{{ 1 + 2 }}", "parse/bad-number", 6),
        ("{{ 1 ? 2 }}", "parse/unexpected-token", 6),
        ("{{ print(1) }}", "parse/unexpected-token", 9),
        ("{{ nofunc }}", "parse/unknown-function", 4),
        ("{{ $y }}", "parse/undefined-variable", 4),
        ("{{ .a | 1 }}", "parse/non-executable-pipeline", 9),
        ("{{ .a | nil }}", "parse/non-executable-pipeline", 9),
        ("{{ nil.x }}", "parse/unexpected-token", 7),
        ('{{ "s".x }}', "parse/unexpected-token", 7),
        ("{{ 1.x }}", "parse/bad-number", 4),
        ("{{ $i, $x := 1 }}", "parse/too-many-declarations", 4),
        ("{{ range $i, := 1 }}", "parse/too-many-declarations", 10),
        ("{{ range $a, $b, $c := 1 }}", "parse/too-many-declarations", 14),
        ("{{ '' }}", "parse/bad-literal", 4),
        ("{{ 'ab' }}", "parse/bad-character", 4),
        (r'{{ "\8" }}', "parse/bad-literal", 4),
        ("{{ 08 }}", "parse/bad-number", 4),
        ("{{ 1+0xi }}", "parse/bad-number", 4),
        ("{{ $x 1 :}}", "parse/undefined-variable", 4),
        ("{{ print 1 :}}", "parse/unexpected-token", 12),
        ("{{ " + "(" * scopes.MAX_HEIGHT + ")" * scopes.MAX_HEIGHT + " }}", "limit/depth", 84),
    ],
)
def test_mistakes(template: str, kind: str, column: int) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert (refused.value.kind, refused.value.column) == (kind, column)
