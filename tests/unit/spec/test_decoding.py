import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.spec import decoding
from keyferry.spec.decoding import Decoding, NullBytePolicy
from tests.golden.cases import as_entries, cases


@pytest.mark.parametrize("case", cases("rewrite.jsonl", "decode"))
def test_decodes_as_upstream_does(case: dict[str, Any]) -> None:
    strategy, entries = case["args"]["strategy"] or "None", as_entries(case, "input")
    if strategy not in set(Decoding):
        assert case["error"] == "unsupported-decoding-strategy"  # the schema refuses it before
    elif "error" in case:
        with pytest.raises(SpecError):
            {key: decoding.decode(value, Decoding(strategy)) for key, value in entries.items()}
    else:
        decoded = {key: decoding.decode(value, Decoding(strategy)) for key, value in entries.items()}
        assert decoded == as_entries(case, "output")


@given(st.binary(max_size=200))
def test_reads_back_what_was_encoded(value: bytes) -> None:
    assert decoding.decode(base64.b64encode(value), Decoding.BASE64) == value
    assert decoding.decode(base64.urlsafe_b64encode(value), Decoding.BASE64URL) == value
    assert decoding.decode(base64.b64encode(value), Decoding.AUTO) == value


@given(st.binary(max_size=200))
def test_auto_and_none_take_any_value(value: bytes) -> None:
    assert decoding.decode(value, Decoding.NONE) == value
    assert isinstance(decoding.decode(value, Decoding.AUTO), bytes)


def test_the_error_does_not_tell_the_value() -> None:
    with pytest.raises(SpecError) as caught:
        decoding.decode(b"hunter2!", Decoding.BASE64)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "policy", "is_refused"),
    [
        pytest.param(b"a\0b", NullBytePolicy.FAIL, True, id="fail-refuses-a-nul"),
        pytest.param(b"ab", NullBytePolicy.FAIL, False, id="fail-takes-others"),
        pytest.param(b"a\0b", NullBytePolicy.IGNORE, False, id="ignore-takes-all"),
    ],
)
def test_null_bytes(value: bytes, policy: NullBytePolicy, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(SpecError, match="NUL byte"):
            decoding.check_null_bytes(value, policy)
    else:
        decoding.check_null_bytes(value, policy)
