from datetime import timedelta

import pytest

from keyferry.lab.azure.eventgrid import retry
from keyferry.lab.azure.eventgrid.definition import DeadLetterBlob, Definition, RetryPolicy, WebHook
from keyferry.lab.azure.eventgrid.state import Outgoing
from tests.fakes import lab_grid
from tests.fakes.lab_grid import NOW, later

KEPT = DeadLetterBlob(resource_id="/storage", container="dead")


def _definition(*, kept: bool = False, attempts: int = 30, minutes: int = 1440) -> Definition:
    policy = RetryPolicy(max_attempts=attempts, minutes_to_live=minutes)
    return Definition(destination=WebHook(url=lab_grid.URL), retry=policy, dead_letter=KEPT if kept else None)


def _after(attempts: int) -> Outgoing:
    return Outgoing(
        id="o", number=1, subscription="s", event=lab_grid.event(), published=NOW, due=NOW, attempts=attempts
    )


@pytest.mark.parametrize(
    ("status", "attempts", "definition", "expected"),
    [
        pytest.param(200, 1, _definition(), retry.Delivered(), id="200"),
        pytest.param(204, 30, _definition(), retry.Delivered(), id="204-at-the-last-attempt"),
        pytest.param(205, 1, _definition(), retry.Again(at=later(seconds=10)), id="205-is-no-success"),
        pytest.param(302, 1, _definition(), retry.Again(at=later(seconds=10)), id="redirect"),
        pytest.param(None, 1, _definition(), retry.Again(at=later(seconds=10)), id="no-answer"),
        pytest.param(500, 2, _definition(), retry.Again(at=later(seconds=30)), id="second-wait"),
        pytest.param(503, 1, _definition(), retry.Again(at=later(seconds=30)), id="503-waits-30-s"),
        pytest.param(503, 4, _definition(), retry.Again(at=later(minutes=5)), id="the-longer-wait-counts"),
        pytest.param(404, 1, _definition(kept=True), retry.Again(at=later(minutes=5)), id="404-waits-5-min"),
        pytest.param(401, 1, _definition(), retry.Again(at=later(minutes=5)), id="401"),
        pytest.param(408, 1, _definition(), retry.Again(at=later(minutes=2)), id="408"),
        pytest.param(400, 1, _definition(), retry.Again(at=later(minutes=5)), id="400-without-a-container"),
        pytest.param(400, 1, _definition(kept=True), retry.Dead(reason=retry.REFUSED), id="400-with-a-container"),
        pytest.param(413, 1, _definition(kept=True), retry.Dead(reason=retry.REFUSED), id="413-with-a-container"),
        pytest.param(500, 3, _definition(attempts=3), retry.Dead(reason=retry.TOO_OFTEN), id="attempts-are-over"),
        pytest.param(500, 12, _definition(), retry.Again(at=later(hours=12)), id="the-last-wait-repeats"),
        pytest.param(500, 4, _definition(minutes=2), retry.Again(at=later(minutes=2)), id="never-after-its-time"),
    ],
)
def test_verdict(status: int | None, attempts: int, definition: Definition, expected: object) -> None:
    assert retry.verdict(_after(attempts), status, definition, NOW, retry.SCHEDULE) == expected


def test_a_schedule_of_ones_own() -> None:
    verdict = retry.verdict(_after(5), 500, _definition(), NOW, (timedelta(seconds=20),))
    assert verdict == retry.Again(at=later(seconds=20))


@pytest.mark.parametrize(
    ("status", "word"),
    [
        pytest.param(None, "TimedOut", id="nothing"),
        pytest.param(202, "Delivered", id="202"),
        pytest.param(404, "NotFound", id="404"),
        pytest.param(502, "GenericError", id="502"),
    ],
)
def test_outcome(status: int | None, word: str) -> None:
    assert retry.outcome(status) == word
