from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.persistence import codec
from keyferry.lab.azure.persistence.codec import UnreadableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """Something in something."""

    name: str
    data: bytes = field(repr=False)
    tags: tuple[tuple[str, str], ...] | None = None


@dataclass(slots=True, kw_only=True)
class Outer:
    """Whatever a state is made of."""

    inner: dict[str, Inner]
    at: datetime
    wait: timedelta | None = None
    numbers: list[int] = field(default_factory=list)


INNER = st.builds(
    Inner,
    name=st.text(),
    data=st.binary(),
    tags=st.none() | st.lists(st.tuples(st.text(), st.text())).map(tuple),
)
OUTER = st.builds(
    Outer,
    inner=st.dictionaries(st.text(), INNER, max_size=3),
    at=st.datetimes(timezones=st.just(UTC)),
    wait=st.none() | st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999)),
    numbers=st.lists(st.integers(min_value=-(2**63), max_value=2**63 - 1)),
)


@given(OUTER)
def test_what_is_written_is_read(value: Outer) -> None:
    data = codec.encode(value)
    read = codec.decode(data, Outer)
    assert read == value
    assert list(read.inner) == list(value.inner), "and in its order"
    assert codec.encode(read) == data


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"inner": {}}', b'{"inner": {}, "at": "yesterday"}'])
def test_what_is_something_else_is_refused_without_a_word_of_it(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^a row is not what this version writes$"):
        codec.decode(data, Outer)
