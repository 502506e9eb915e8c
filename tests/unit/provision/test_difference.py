"""What a writing would change, for the eyes of a reviewer."""

import pytest

from keyferry.provision import difference, record
from keyferry.provision.record import Record, digest


@pytest.mark.parametrize(
    ("present", "wanted", "shown"),
    [
        pytest.param({}, {"a": b"1\n"}, ["--- /dev/null", "+++ b/a", "@@ -0,0 +1 @@", "+1"], id="new"),
        pytest.param({"a": b"1\n"}, {"a": b"2\n"}, ["--- a/a", "+++ b/a", "@@ -1 +1 @@", "-1", "+2"], id="changed"),
        pytest.param({"a": b"1\n"}, {}, ["--- a/a", "+++ /dev/null", "@@ -1 +0,0 @@", "-1"], id="removed"),
        pytest.param({"a": b"1\n"}, {"a": b"1\n"}, [], id="same"),
        pytest.param({"a": b"\xff"}, {"a": b"1"}, ["--- a/a", "+++ b/a", "@@ -1 +1 @@", "-\ufffd", "+1"], id="no-text"),
    ],
)
def test_lines(present: dict[str, bytes], wanted: dict[str, bytes], shown: list[str]) -> None:
    known = Record(files={path: digest(content) for path, content in present.items()})
    standing = record.judge(wanted, present, known, ("",))
    assert list(difference.lines(standing, wanted, present)) == shown
