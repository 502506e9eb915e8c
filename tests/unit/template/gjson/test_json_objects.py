import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.template.gjson import json_objects
from tests.golden.cases import as_entries, cases


@pytest.mark.parametrize("case", cases("rewrite.jsonl", "json_to_map"))
def test_takes_apart_as_upstream_does(case: dict[str, Any]) -> None:
    value = as_entries(case, "input")["value"]
    if "error" in case:
        with pytest.raises(SpecError, match="not a JSON object"):
            json_objects.members(value)
    else:
        assert json_objects.members(value) == as_entries(case, "output")


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers() | st.lists(st.integers()), max_size=5))
def test_takes_any_object_apart(value: dict[str, Any]) -> None:
    members = json_objects.members(json.dumps(value, indent=1).encode())
    assert list(members) == list(value)
    for key, member in value.items():
        assert members[key] == member.encode() if isinstance(member, str) else json.loads(members[key]) == member


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        pytest.param(b"[1]", "of the type Array", id="array"),
        pytest.param(b'"x"', "of the type String", id="string"),
        pytest.param(b"7", "of the type Number", id="number"),
        pytest.param(b"user=alice", "not JSON", id="no-json"),
    ],
)
def test_says_what_it_is_without_telling_the_value(value: bytes, cause: str) -> None:
    with pytest.raises(SpecError) as caught:
        json_objects.members(value)
    assert cause in caught.value.cause
    assert "alice" not in str(caught.value)


def test_bytes_that_are_not_utf_8_become_the_replacement_character() -> None:
    assert json_objects.members(b'{"a":"x\xff\xe2\x82"}') == {"a": "x���".encode()}
