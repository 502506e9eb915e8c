"""However deep one object nests, it and its neighbours are read."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import nesting, objects, pages, watch

JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
DEPTHS = [1_000, 9_999]


def deep(depth: int) -> str:
    return '{"a":[' * (depth // 2) + '"}\\"]"' + "]}" * (depth // 2)


def document(spec: str) -> str:
    metadata = '{"name":"a","namespace":"b","uid":"u","resourceVersion":"1"}'
    return f'{{"metadata":{metadata},"spec":{spec},"more":1}}'


@given(JSON)
def test_what_is_nested_no_deeper_than_usual_stays_to_the_letter(value: Any) -> None:
    body = json.dumps(value).encode()
    assert nesting.flattened(body) == body


@pytest.mark.parametrize("depth", [nesting.MAX_DEPTH, nesting.MAX_DEPTH + 1, *DEPTHS])
def test_what_is_nested_too_deep_says_so_and_what_follows_is_kept(depth: int) -> None:
    body = document(deep(depth)).encode()
    read: Any = nesting.Decoder(dict).decode(nesting.flattened(body))
    assert read["more"] == 1
    assert nesting.TOO_DEEP in nesting.flattened(body)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        nesting.Decoder(dict).decode(b"[" * 100_000)


@pytest.mark.parametrize("depth", DEPTHS)
def test_one_deep_object_spoils_no_page_and_ends_no_watch(depth: int) -> None:
    bad, good = document(deep(depth)), document("{}")
    page = pages.decode(f'{{"metadata":{{"resourceVersion":"7"}},"items":[{bad},{good}]}}'.encode())
    event = watch.decode(f'{{"type":"ADDED","object":{bad}}}'.encode())
    for item in (*page.items, event.object, bad.encode()):
        assert objects.envelope(item).key.name == "a"
        assert objects.partial(item).metadata.uid == "u"
