"""Whose a file is: ours as we left it, ours but edited, or somebody else's; and what that lets a writing do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.provision import record
from keyferry.provision.record import Record, digest

EVERYWHERE = ("",)
PATHS = st.sampled_from(["a", "b", "c/d", "c/e"])
TREES = st.dictionaries(PATHS, st.sampled_from([b"one", b"two"]))


def of(**contents: str) -> Record:
    return Record(files={path: digest(content.encode()) for path, content in contents.items()})


@pytest.mark.parametrize(
    ("present", "known", "done"),
    [
        pytest.param({}, {}, {"new": "a"}, id="nothing-is-there"),
        pytest.param({"a": "old"}, {"a": "old"}, {"changed": "a"}, id="ours"),
        pytest.param({"a": "mine"}, {"a": "old"}, {"changed": "a", "edited": "a"}, id="ours-and-edited"),
        pytest.param({"a": "mine"}, {}, {"changed": "a", "edited": "a"}, id="somebody-elses"),
        pytest.param({"a": "new"}, {}, {}, id="somebody-elses-and-the-same"),
        pytest.param({"a": "new", "b": "old"}, {"b": "old"}, {"stale": "b"}, id="stale"),
        pytest.param({"a": "new", "b": "mine"}, {"b": "old"}, {"kept": "b"}, id="stale-and-edited"),
        pytest.param({"a": "new", "b": "mine"}, {}, {}, id="not-ours"),
        pytest.param({"a": "new"}, {"b": "old"}, {}, id="stale-and-gone"),
    ],
)
def test_what_is_done_with_a_file(present: dict[str, str], known: dict[str, str], done: dict[str, str]) -> None:
    there = {path: content.encode() for path, content in present.items()}
    standing = record.judge({"a": b"new"}, there, of(**known), EVERYWHERE)
    changes = standing.changes
    found = {
        "new": changes.new,
        "changed": changes.changed,
        "stale": changes.stale,
        "edited": standing.edited,
        "kept": standing.kept,
    }
    assert {name: "".join(paths) for name, paths in found.items() if paths} == done
    assert standing.touched == tuple(sorted(changes.new + changes.changed))


def test_what_is_stale_is_looked_for_where_it_was_told_alone() -> None:
    there = {"manifests/a": b"1", "terraform/a": b"1"}
    known = Record(files={path: digest(content) for path, content in there.items()})
    assert record.judge({}, there, known, ("manifests/",)).changes.stale == ("manifests/a",)


@given(before=TREES, wanted=TREES, further=TREES, done=st.sets(PATHS))
def test_after_a_crash_every_file_is_still_known(
    before: dict[str, bytes], wanted: dict[str, bytes], further: dict[str, bytes], done: set[str]
) -> None:
    known = record.ended(before, {}, Record(), record.judge(before, {}, Record(), EVERYWHERE))
    journal = record.begun(wanted, before, known)
    assert record.parse(record.document(journal)) == journal
    present = {**before, **{path: wanted[path] for path in done & set(wanted)}}
    standing = record.judge(further, present, journal, EVERYWHERE)
    assert (standing.edited, standing.kept) == ((), ())
    after = record.ended(further, present, journal, standing)
    assert after.files == {path: digest(content) for path, content in further.items()}


@given(before=TREES, wanted=TREES)
def test_once_written_there_is_nothing_to_do(before: dict[str, bytes], wanted: dict[str, bytes]) -> None:
    known = record.ended(before, {}, Record(), record.judge(before, {}, Record(), EVERYWHERE))
    after = record.ended(wanted, before, known, record.judge(wanted, before, known, EVERYWHERE))
    standing = record.judge(wanted, wanted, after, EVERYWHERE)
    assert standing.changes.is_nothing
    assert record.ended(wanted, wanted, after, standing) == after


def test_what_was_kept_is_no_longer_ours() -> None:
    present = {"a": b"mine"}
    standing = record.judge({}, present, of(a="old"), EVERYWHERE)
    assert record.ended({}, present, of(a="old"), standing) == Record()


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b"[]", "damaged", id="no-object"),
        pytest.param(b'{"version": 1, "estate": "\xff"}', "damaged", id="no-text"),
        pytest.param(b"[" * 100_000, "damaged", id="deep"),
        pytest.param(b'{"version": 2}', "another version", id="newer"),
        pytest.param(b'{"version": 1, "files": {"/etc/passwd": "x"}}', "outside", id="absolute"),
        pytest.param(b'{"version": 1, "files": {"a/../../b": "x"}}', "outside", id="upwards"),
        pytest.param(b'{"version": 1, "coming": {"..": "x"}}', "outside", id="upwards-and-coming"),
        pytest.param(b'{"version": 1, "files": {"a\\u0000": "x"}}', "outside", id="nul"),
    ],
)
def test_what_is_no_record_is_refused(content: bytes, cause: str) -> None:
    with pytest.raises(SpecError, match=cause):
        record.parse(content)
