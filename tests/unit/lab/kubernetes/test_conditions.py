from datetime import timedelta

import pytest

from keyferry.lab.kubernetes import conditions
from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import START

LATER = START + timedelta(minutes=1)
READY: Object = {"type": "Ready", "status": "False", "reason": "Starting"}


def _with(*present: Object) -> Object:
    return {"status": {"conditions": list(present)}}


def test_writes_the_first_condition_of_an_object_without_a_status() -> None:
    document: Object = {}
    assert conditions.write(document, READY, START)
    assert document["status"]["conditions"] == [READY | {"lastTransitionTime": "2026-03-01T12:00:00Z"}]
    assert not conditions.is_true(document, "Ready")
    assert not conditions.is_true(document, "Other")


@pytest.mark.parametrize(
    ("change", "told", "since"),
    [
        pytest.param({}, False, "2026-03-01T12:00:00Z", id="nothing-new"),
        pytest.param({"reason": "Slow"}, True, "2026-03-01T12:00:00Z", id="other-reason"),
        pytest.param({"status": "True"}, True, "2026-03-01T12:01:00Z", id="other-status"),
    ],
)
def test_the_time_moves_with_the_status(change: Object, told: bool, since: str) -> None:
    other: Object = {"type": "Other", "status": "True"}
    document = _with(other)
    conditions.write(document, READY, START)
    assert conditions.write(document, READY | change, LATER) is told
    assert conditions.find(document, "Ready") == READY | change | {"lastTransitionTime": since}
    assert [one["type"] for one in document["status"]["conditions"]] == ["Other", "Ready"]
    assert conditions.is_true(document, "Other")
