"""URLs are taken apart and put together as Go 1.26 does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.function import Fault
from keyferry.template.functions.references import url_parsing
from keyferry.template.functions.references.url_parsing import Url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"", Url(), id="nothing"),
        pytest.param(b"*", Url(path=b"*"), id="a-star"),
        pytest.param(
            b"HTTP://u:p@h:80/a%20b?q=%20#f%20g",
            Url(scheme=b"http", userinfo=b"u:p", host=b"h:80", path=b"/a b", query=b"q=%20", fragment=b"f g"),
            id="all-parts",
        ),
        pytest.param(b"mailto:a@b?x", Url(scheme=b"mailto", opaque=b"a@b", query=b"x"), id="opaque"),
        pytest.param(b"//h/p", Url(host=b"h", path=b"/p"), id="no-scheme"),
        pytest.param(b"///p", Url(path=b"///p"), id="three-slashes"),
        pytest.param(b"smb:///p", Url(scheme=b"smb", path=b"/p"), id="no-host"),
        pytest.param(b"a/b:c", Url(path=b"a/b:c"), id="a-colon-later"),
        pytest.param(b"http://u%40x@h", Url(scheme=b"http", userinfo=b"u%40x", host=b"h"), id="escaped-userinfo"),
        pytest.param(b"http://a@b@h", Url(scheme=b"http", userinfo=b"a%40b", host=b"h"), id="the-last-at-counts"),
        pytest.param(b"http://[::1]:80/", Url(scheme=b"http", host=b"[::1]:80", path=b"/"), id="ipv6"),
        pytest.param(b"http://[fe80::1%25en%200]", Url(scheme=b"http", host=b"[fe80::1%en 0]"), id="an-ipv6-zone"),
        pytest.param(
            b"postgres://h1:1,h2:2/d", Url(scheme=b"postgres", host=b"h1:1,h2:2", path=b"/d"), id="many-hosts"
        ),
    ],
)
def test_takes_apart(text: bytes, expected: Url) -> None:
    assert url_parsing.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b":a", id="no-scheme-before-a-colon"),
        pytest.param(b"1a:b", id="a-colon-in-the-first-segment"),
        pytest.param(b"http://h\n/", id="a-control-character"),
        pytest.param(b"http://a b/", id="a-space-in-the-host"),
        pytest.param(b"http://h:x/", id="no-port"),
        pytest.param(b"http://h:1:2/", id="two-ports"),
        pytest.param(b"http://[::1/", id="no-bracket-at-the-end"),
        pytest.param(b"http://a[::1]/", id="a-bracket-later"),
        pytest.param(b"http://[::1]x/", id="more-after-the-bracket"),
        pytest.param(b"http://[1.2.3.4]/", id="no-ipv6"),
        pytest.param(b"http://u r@h/", id="a-space-in-the-userinfo"),
        pytest.param(b"/%zz", id="a-broken-escape"),
        pytest.param(b"/#%zz", id="a-broken-escape-in-the-fragment"),
    ],
)
def test_faults(text: bytes) -> None:
    with pytest.raises(Fault):
        url_parsing.parse(text)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        pytest.param(b"h", b"h", id="a-name"),
        pytest.param(b"h:80", b"h", id="a-port"),
        pytest.param(b"h:x", b"h:x", id="no-port"),
        pytest.param(b"[::1]:80", b"::1", id="brackets-and-a-port"),
        pytest.param(b"[::1]", b"::1", id="brackets"),
    ],
)
def test_a_host_has_a_name(host: bytes, name: bytes) -> None:
    assert Url(host=host).hostname == name


@pytest.mark.parametrize(
    ("url", "text"),
    [
        pytest.param(Url(scheme=b"http", host=b"h", path=b"p"), b"http://h/p", id="a-slash-between"),
        pytest.param(Url(scheme=b"smb", path=b"/p"), b"smb:///p", id="no-host"),
        pytest.param(Url(scheme=b"x"), b"x:", id="a-scheme-alone"),
        pytest.param(Url(scheme=b"x", opaque=b"o", path=b"p"), b"x:o", id="opaque"),
        pytest.param(Url(path=b"a:b"), b"./a:b", id="a-colon-in-the-first-segment"),
        pytest.param(Url(path=b"*"), b"*", id="a-star"),
        pytest.param(Url(userinfo=b"", path=b"/p"), b"//@/p", id="empty-userinfo"),
        pytest.param(Url(host=b"h o", query=b"a b", fragment=b"#"), b"//h%20o?a b#%23", id="escapes"),
    ],
)
def test_puts_together(url: Url, text: bytes) -> None:
    assert url.text() == text


@settings(deadline=None)
@given(st.text(alphabet="a:/?#@[]%41.", max_size=16))
def test_reads_again_what_it_wrote(text: str) -> None:
    try:
        url = url_parsing.parse(text.encode())
    except Fault:
        return
    again = url_parsing.parse(url.text())
    assert again.host == url.host
    assert url_parsing.parse(again.text()) == again
