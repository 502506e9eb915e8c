"""Each part of a URL escapes what it must."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.function import Fault
from keyferry.template.functions.references import escaping
from keyferry.template.functions.references.escaping import Part


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param(Part.PATH, b"a/b:@%20%3F%23%21", id="path"),
        pytest.param(Part.HOST, b"a%2Fb:%40%20%3F%23!", id="host"),
        pytest.param(Part.USERINFO, b"a%2Fb%3A%40%20%3F%23%21", id="userinfo"),
        pytest.param(Part.FRAGMENT, b"a/b:@%20?%23!", id="fragment"),
    ],
)
def test_escapes(part: Part, expected: bytes) -> None:
    assert escaping.escape(b"a/b:@ ?#!", part) == expected


@settings(deadline=None)
@given(st.binary(), st.sampled_from(Part))
def test_unescapes_what_was_escaped(text: bytes, part: Part) -> None:
    assert escaping.unescape(escaping.escape(text, part)) == text


@pytest.mark.parametrize(
    "text", [pytest.param(b"%", id="alone"), pytest.param(b"a%4", id="cut"), pytest.param(b"%4g", id="no-hexadecimal")]
)
def test_broken_escapes_are_faults(text: bytes) -> None:
    with pytest.raises(Fault):
        escaping.unescape(text)


@pytest.mark.parametrize(
    ("text", "host", "zone"),
    [
        pytest.param(b"ex%C3%A4mple", "exämple".encode(), None, id="beyond-ascii"),
        pytest.param(b"a%25b", b"a%b", b"a%b", id="percent"),
        pytest.param(b"a%41", None, b"aA", id="a-letter"),
        pytest.param(b"a%20", None, b"a ", id="a-space"),
        pytest.param(b"a%2F", None, None, id="a-slash"),
        pytest.param(b"a b", None, None, id="a-space-as-it-is"),
    ],
)
def test_hosts_escape_little(text: bytes, host: bytes | None, zone: bytes | None) -> None:
    for unescape, expected in ((escaping.unescape_host, host), (escaping.unescape_zone, zone)):
        if expected is None:
            with pytest.raises(Fault):
                unescape(text)
        else:
            assert unescape(text) == expected
