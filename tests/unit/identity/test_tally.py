"""Requests counted by kind and outcome."""

import pytest

from keyferry.identity.tally import Outcome, RequestKind, Tally, outcome_of


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param(200, Outcome.OK, id="success"),
        pytest.param(401, Outcome.REFUSED, id="unauthorised"),
        pytest.param(403, Outcome.REFUSED, id="forbidden"),
        pytest.param(404, Outcome.NOT_FOUND, id="not-found"),
        pytest.param(429, Outcome.THROTTLED, id="throttled"),
        pytest.param(503, Outcome.UNAVAILABLE, id="unavailable"),
    ],
)
def test_a_status_has_an_outcome(status: int, outcome: Outcome) -> None:
    assert outcome_of(status) is outcome


def test_a_snapshot_stays_as_it_was() -> None:
    tally = Tally()
    tally.count(RequestKind.GET, Outcome.OK)
    before = tally.snapshot()
    tally.count(RequestKind.GET, Outcome.OK)

    assert before == {(RequestKind.GET, Outcome.OK): 1}
    assert tally.snapshot() == {(RequestKind.GET, Outcome.OK): 2}
