"""Marks, and their text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.restart.seen import Marker, decode, encode
from keyferry.restart.state import Seen, Source, SourceKind

MARKER = Marker(b"k" * 32)
DB = Source(SourceKind.SECRET, "db")
NAMES = st.from_regex(r"[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?", fullmatch=True)
CONTENTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4)


@given(
    st.dictionaries(
        st.builds(Source, st.sampled_from(SourceKind), NAMES), st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
    )
)
def test_the_text_keeps_everything(marks: dict[Source, str]) -> None:
    seen = Seen(origin="12345678", marks=marks)
    assert decode(encode(seen)) == seen


@given(CONTENTS, CONTENTS)
def test_equal_marks_mean_equal_content(one: dict[str, str], other: dict[str, str]) -> None:
    assert (MARKER.of("app", DB, one) == MARKER.of("app", DB, other)) is (one == other)


@pytest.mark.parametrize(
    ("marker", "namespace", "source"),
    [
        pytest.param(Marker(b"j" * 32), "app", DB, id="another-key"),
        pytest.param(MARKER, "other", DB, id="another-namespace"),
        pytest.param(MARKER, "app", Source(SourceKind.SECRET, "api"), id="another-name"),
        pytest.param(MARKER, "app", Source(SourceKind.CLASS, "db"), id="another-kind"),
    ],
)
def test_equal_values_in_two_places_do_not_show(marker: Marker, namespace: str, source: Source) -> None:
    assert marker.of(namespace, source, {"k": "v"}) != MARKER.of("app", DB, {"k": "v"})


def test_a_copy_and_another_key_are_another_origin() -> None:
    assert len({MARKER.origin("one"), MARKER.origin("copy"), Marker(b"j" * 32).origin("one")}) == 3


def test_a_mark_is_short_and_the_key_is_not_shown() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", MARKER.of("app", DB, {"password": "hunter2"}))
    assert repr(MARKER) == f"Marker({MARKER.origin('')})"
    assert "kkkk" not in repr(MARKER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", None, id="none"),
        pytest.param("  ", None, id="blanks"),
        pytest.param("k", Seen(origin="k", marks={}), id="no-marks"),
        pytest.param(
            "k secret/db=1 pod/x=2 secret/=3 secret/api= rubbish", Seen(origin="k", marks={DB: "1"}), id="edited"
        ),
    ],
)
def test_what_people_edit_is_read_as_far_as_it_goes(text: str, expected: Seen | None) -> None:
    assert decode(text) == expected
