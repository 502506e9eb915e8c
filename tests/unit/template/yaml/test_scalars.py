"""Texts are quoted where they would be read as something else, and in the way that Go chooses."""

import pytest

from keyferry.template.yaml.scalars import ESCAPED, Style, has_breaks, style_of

PLAIN, SINGLE, DOUBLE, LITERAL = Style.PLAIN, Style.SINGLE, Style.DOUBLE, Style.LITERAL


@pytest.mark.parametrize(
    ("text", "style"),
    [
        pytest.param("a b", PLAIN, id="words"),
        pytest.param("http://a:1/#b", PLAIN, id="colon-and-hash-inside"),
        pytest.param("", DOUBLE, id="empty"),
        pytest.param("yes", DOUBLE, id="boolean"),
        pytest.param("1:30", DOUBLE, id="base-60"),
        pytest.param("2020-01-01", DOUBLE, id="date"),
        pytest.param("<<", PLAIN, id="merge"),
        pytest.param("a: b", SINGLE, id="colon-space"),
        pytest.param("a:", SINGLE, id="colon-at-the-end"),
        pytest.param("a #b", SINGLE, id="comment"),
        pytest.param("- a", SINGLE, id="list"),
        pytest.param("-", SINGLE, id="dash"),
        pytest.param("-a", PLAIN, id="dash-word"),
        pytest.param("? a", SINGLE, id="question"),
        pytest.param("@a", SINGLE, id="indicator"),
        pytest.param("--- a", SINGLE, id="document"),
        pytest.param(" a", SINGLE, id="leading-space"),
        pytest.param("a ", SINGLE, id="trailing-space"),
        pytest.param("a\tb", DOUBLE, id="tab"),
        pytest.param("\U0001f600", DOUBLE, id="beyond-16-bits"),
        pytest.param("\ufeff", DOUBLE, id="byte-order-mark"),
        pytest.param("é日", PLAIN, id="letters"),
        pytest.param("a\nb", LITERAL, id="lines"),
        pytest.param("a \nb", DOUBLE, id="space-before-break"),
        pytest.param("a\nb ", DOUBLE, id="lines-and-trailing-space"),
        pytest.param("a\u2028b", SINGLE, id="line-separator"),
        pytest.param("a\u2028 b", DOUBLE, id="line-separator-and-space"),
    ],
)
def test_style(text: str, style: Style) -> None:
    assert style_of(text, is_key=False) is style


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b"])
def test_a_key_stands_in_one_line(text: str) -> None:
    assert has_breaks(text)
    assert style_of(text, is_key=True) is DOUBLE


def test_what_is_escaped() -> None:
    assert ESCAPED.findall('a"\\\n\x7f\x85\u2028 é\U0001f600') == [
        '"',
        "\\",
        "\n",
        "\x7f",
        "\x85",
        "\u2028",
        "\U0001f600",
    ]
