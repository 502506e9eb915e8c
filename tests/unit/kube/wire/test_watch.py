from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import watch
from keyferry.kube.wire.watch import Splitter
from keyferry.model.errors import Unavailable

STREAM = (
    b'{"type":"ADDED","object":{"a":1}}\n{"type":"BOOKMARK","object":{}}\r\n\n{"type":"DELETED","object":{"b":2}}\n'
)
LINES = [line for line in STREAM.split(b"\n") if line]


def cut(stream: bytes, points: list[int]) -> list[bytes]:
    edges = [0, *sorted(points), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


@given(st.lists(st.integers(0, len(STREAM))))
def test_lines_come_out_however_the_bytes_came_in(points: list[int]) -> None:
    splitter = Splitter()
    assert [line for chunk in cut(STREAM, points) for line in splitter.feed(chunk)] == LINES
    assert splitter.pending_bytes == 0


def test_byte_by_byte() -> None:
    splitter = Splitter()
    assert [line for byte in STREAM for line in splitter.feed(bytes([byte]))] == LINES


def test_an_unfinished_line_waits() -> None:
    splitter = Splitter()
    assert splitter.feed(b'{"type"') == []
    assert splitter.pending_bytes == 7
    assert splitter.feed(b":1}\n") == [b'{"type":1}']


@pytest.mark.parametrize("chunk_bytes", [1, 10, 11])
def test_a_line_without_end_is_refused(chunk_bytes: int) -> None:
    splitter = Splitter(max_line_bytes=10)
    for _ in range(10 // chunk_bytes):
        splitter.feed(b"x" * chunk_bytes)
    with pytest.raises(Unavailable, match="endless line"):
        splitter.feed(b"x" * chunk_bytes)


def test_the_bound_is_for_a_line_not_for_the_stream() -> None:
    splitter = Splitter(max_line_bytes=10)
    assert [splitter.feed(b"x" * 8 + b"\n") for _ in range(5)] == [[b"x" * 8]] * 5


def test_decode_leaves_the_object_alone() -> None:
    event = watch.decode(b'{"type":"NEWER","object":{"metadata": {}}, "more":1}')
    assert (event.type, bytes(event.object)) == ("NEWER", b'{"metadata": {}}')


def test_a_line_that_is_no_event_is_not_repeated() -> None:
    with pytest.raises(Unavailable) as caught:
        watch.decode(b'{"data":"secret"}')
    assert "secret" not in str(caught.value)
