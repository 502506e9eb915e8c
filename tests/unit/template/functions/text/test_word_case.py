"""Words of identifiers are found and joined as huandu/xstrings does."""

import pytest

from keyferry.template.functions.text.word_case import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("text", "camel", "snake"),
    [
        pytest.param("", "", "", id="nothing"),
        pytest.param("__", "__", "__", id="connectors-alone"),
        pytest.param("a", "A", "a", id="one-letter"),
        pytest.param("FirstName", "FirstName", "first_name", id="capitals"),
        pytest.param("HTTPServer v2", "HttpserverV2", "http_server_v2", id="several-capitals"),
        pytest.param("GO_PATH", "GoPath", "go_path", id="upper-case"),
        pytest.param("http2xx", "Http2xx", "http_2xx", id="number-before-letters"),
        pytest.param("HTTP20xOK", "Http20xOK", "http_20x_ok", id="number-in-capitals"),
        pytest.param("Duration2m3s", "Duration2m3s", "duration_2m3s", id="number-and-units"),
        pytest.param("Bld4Floor3rd", "Bld4Floor3rd", "bld4_floor_3rd", id="number-after-letters"),
        pytest.param("_foo__bar_", "_Foo_Bar_", "_foo__bar_", id="connectors-around"),
        pytest.param("foo.Bar/baz", "Foo.Bar/baz", "foo.bar/baz", id="punctuation"),
        pytest.param("2nd Place", "2ndPlace", "2nd_place", id="number-first"),
        pytest.param("2A", "2A", "2_a", id="number-then-capital"),
        pytest.param("a1", "A1", "a1", id="number-last"),
        pytest.param("日本Foo", "日本Foo", "日本_foo", id="letters-without-case"),
        pytest.param("a日b", "A日b", "a_日_b", id="letters-without-case-between"),
    ],
)
def test_gives(text: str, camel: str, snake: str) -> None:
    assert call(FUNCTIONS, "camelcase", text.encode()) == camel.encode()
    assert call(FUNCTIONS, "snakecase", text.encode()) == snake.encode()
    assert call(FUNCTIONS, "kebabcase", text.encode()) == snake.replace("_", "-").encode()
