import pytest

from keyferry.template.gjson import selectors as gjson_selectors


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"[a,b.c]", ([(b"", b"a"), (b"", b"b.c")], b""), id="paths"),
        pytest.param(b'{x:a,"y":b}.z', ([(b"x", b"a"), (b'"y"', b"b")], b".z"), id="names-and-rest"),
        pytest.param(b"{a:[b,c],d}", ([(b"a", b"[b,c]"), (b"", b"d")], b""), id="nested"),
        pytest.param(b'[a.#(b=="],")]', ([(b"", b'a.#(b=="],")')], b""), id="brackets-in-strings"),
        pytest.param(b"[a.@pretty:x,b:c]", ([(b"", b"a.@pretty:x"), (b"b", b"c")], b""), id="argument-of-a-modifier"),
        pytest.param(rb"[a\,b]", ([(b"", rb"a\,b")], b""), id="escaped"),
        pytest.param(b"[]", ([(b"", b"")], b""), id="empty"),
        pytest.param(b"[a", None, id="without-an-end"),
        pytest.param(b'["a]', None, id="string-without-an-end"),
    ],
)
def test_takes_selectors_apart(path: bytes, expected: tuple[list[tuple[bytes, bytes]], bytes] | None) -> None:
    assert gjson_selectors.selectors(path) == expected


@pytest.mark.parametrize(
    ("path", "name"),
    [(b"a.b", b"b"), (b"a|b", b"b"), (b"a", b"a"), (rb"a\.b", rb"a\.b"), (b".a", b"a")],
)
def test_the_last_step_is_the_name(path: bytes, name: bytes) -> None:
    assert gjson_selectors.last_name(path) == name


@pytest.mark.parametrize(
    ("name", "is_simple"), [(b"a-b", True), (b"#", False), (b"a(", False), (b"a\n", False), (b"!a", False)]
)
def test_simple_names(name: bytes, is_simple: bool) -> None:
    assert gjson_selectors.is_simple_name(name) is is_simple
