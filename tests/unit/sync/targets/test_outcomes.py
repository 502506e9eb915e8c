import pytest

from keyferry.spec.conditions import Condition, ConditionStatus
from keyferry.sync.targets import outcomes


@pytest.mark.parametrize(
    ("outcome", "reason", "words"),
    [
        pytest.param(outcomes.written("App"), "ResourceSynced", "whoever may read the App", id="written"),
        pytest.param(outcomes.intact("App"), "ResourceSynced", "whoever may read the App", id="intact"),
        pytest.param(outcomes.kept("App", is_there=True), "ResourceSynced", "is kept as it is", id="kept"),
        pytest.param(outcomes.kept("App", is_there=False), "ResourceSynced", "none of these secrets yet", id="nothing"),
        pytest.param(outcomes.gone("App"), "ResourceDeleted", "the App was deleted", id="gone"),
        pytest.param(outcomes.missing("App"), "ResourceMissing", "no App to merge into", id="missing"),
        pytest.param(outcomes.UNWRITTEN, "ResourceSynced", "writes nothing", id="unwritten"),
    ],
)
def test_says_what_holds_under_upstreams_reason(outcome: Condition, reason: str, words: str) -> None:
    assert (outcome.status, outcome.reason) == (ConditionStatus.TRUE, reason)
    assert words in outcome.message
