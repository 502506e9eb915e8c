from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import log_lines
from keyferry.lab.kubernetes.kubelets import LogQuery

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOG = log_lines.stamped(b"one\ntwo\n", START) + log_lines.stamped(b"three\n", START + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        pytest.param({}, b"one\ntwo\nthree\n", id="all"),
        pytest.param({"tail_lines": 2}, b"two\nthree\n", id="tail"),
        pytest.param({"tail_lines": 0}, b"", id="no-tail"),
        pytest.param({"tail_lines": 9}, b"one\ntwo\nthree\n", id="long-tail"),
        pytest.param({"limit_bytes": 5}, b"one\nt", id="limit"),
        pytest.param({"since": START + timedelta(seconds=1)}, b"three\n", id="since"),
        pytest.param({"timestamps": True, "tail_lines": 1}, b"2026-03-01T12:00:05.000000Z three\n", id="timestamps"),
    ],
)
def test_a_query_chooses_lines(changes: dict[str, Any], shown: bytes) -> None:
    query = LogQuery(**{"namespace": "n", "pod": "p", "uid": "u", "node": "node-1", "container": "c", **changes})
    assert log_lines.chosen(LOG, query) == shown
