"""PEM is read as Go reads it: what is no block is passed over, and a block must be whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.functions.crypto import pem_blocks

A = b"-----BEGIN A-----\nAAAA\n-----END A-----\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(A, [(b"A", b"\0\0\0")], id="one"),
        pytest.param(A + A, [(b"A", b"\0\0\0")] * 2, id="two"),
        pytest.param(A.strip(), [(b"A", b"\0\0\0")], id="no-line-end"),
        pytest.param(A.replace(b"\n", b"\r\n"), [(b"A", b"\0\0\0")], id="carriage-returns"),
        pytest.param(b"junk\n" + A, [(b"A", b"\0\0\0")], id="after-junk"),
        pytest.param(b" " + A, [], id="indented"),
        pytest.param(A.replace(b"AAAA", b"AA AA\t"), [(b"A", b"\0\0\0")], id="spaces-within"),
        pytest.param(A.replace(b"A-----\n", b"A-----  \n"), [(b"A", b"\0\0\0")], id="spaces-after"),
        pytest.param(A.replace(b"AAAA\n", b""), [(b"A", b"")], id="empty"),
        pytest.param(A.replace(b"AAAA", b"!!!!"), [], id="no-base64"),
        pytest.param(A.replace(b"AAAA", b"AAA"), [], id="no-padding"),
        pytest.param(A.replace(b"END A", b"END B"), [], id="other-end"),
        pytest.param(A.replace(b"END A-----", b"END A-----x"), [], id="text-after-end"),
        pytest.param(A.replace(b"BEGIN A-----", b"BEGIN A----"), [], id="four-dashes"),
        pytest.param(b"-----BEGIN A-----\n" + A, [(b"A", b"\0\0\0")], id="begun-twice"),
        pytest.param(b"x\n-----END A-----\n" + A, [(b"A", b"\0\0\0")], id="ended-before"),
        pytest.param(b"x-----BEGIN A-----\nAAAA\n-----END A-----\n" + A, [(b"A", b"\0\0\0")], id="begun-within-a-line"),
        pytest.param(b"-----BEGIN A-----\nk: v\n-----END A-----\n", [], id="header-without-content"),
        pytest.param(b"-----BEGIN A-----\nk: v\n-----END A:-----\nx\n-----END A-----\n", [], id="colon-in-the-end"),
        pytest.param(b"-----BEGIN A-----\nk: v\n-----END A:", [], id="colon-at-the-end"),
    ],
)
def test_reads(text: bytes, found: list[tuple[bytes, bytes]]) -> None:
    assert [(block.kind, block.content) for block in pem_blocks.every(text)] == found


def test_headers_are_kept_and_sorted() -> None:
    text = b"-----BEGIN A-----\nb: 2\nProc-Type: 4\na : 1\n\nAAAA\n-----END A-----\n"
    block = pem_blocks.first(text)
    assert block is not None
    assert block.headers == {b"b": b"2", b"Proc-Type": b"4", b"a": b"1"}
    assert pem_blocks.encoded(block.kind, block.content, block.headers) == (
        b"-----BEGIN A-----\nProc-Type: 4\na: 1\nb: 2\n\nAAAA\n-----END A-----\n"
    )


@given(st.binary(max_size=200), st.sampled_from([b"CERTIFICATE", b"A B"]))
def test_what_is_written_is_read(content: bytes, kind: bytes) -> None:
    block = pem_blocks.first(pem_blocks.encoded(kind, content))
    assert block is not None
    assert (block.kind, block.content, block.headers) == (kind, content, {})


PIECES = [
    b"-----BEGIN A-----",
    b"-----END A-----",
    b"\n",
    b"AAAA",
    b"k: v",
    b" ",
    b"-----",
    b"-----BEGIN ",
    b"\n-----END ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_garbage_ends(text: bytes) -> None:
    blocks = list(pem_blocks.every(text))
    assert all(before.end < after.end for before, after in pairwise(blocks))
