from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from keyferry.kube.controller.election import Candidate, Create, Stand, Terms, Write
from keyferry.kube.wire import leases
from keyferry.kube.wire.leases import Lease, LeaseSpec

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
YEARS_OFF = datetime(1999, 1, 1, tzinfo=UTC)


def lease(holder: str | None, renewed: str = "r1", version: str = "1", seconds: int | None = 15) -> Lease:
    spec = LeaseSpec(
        holder_identity=holder,
        lease_duration_seconds=seconds,
        acquire_time="a1",
        renew_time=renewed,
        lease_transitions=4,
    )
    return leases.decode(msgspec.json.encode({"metadata": {"name": "op", "resourceVersion": version}, "spec": spec}))


def test_creates_a_lease_that_is_missing() -> None:
    decision = Candidate("me", Terms()).decide(None, monotonic=0.0, now=NOW)
    assert isinstance(decision, Create)
    assert decision.spec.holder_identity == "me"
    assert (decision.spec.lease_duration_seconds, decision.spec.lease_transitions) == (15, 0)
    assert decision.spec.acquire_time == decision.spec.renew_time == "2026-11-21T12:00:00.000000Z"


def test_renews_its_own_lease_and_keeps_when_it_was_acquired() -> None:
    decision = Candidate("me", Terms()).decide(lease("me", version="8"), monotonic=0.0, now=NOW)
    assert isinstance(decision, Write)
    assert decision.resource_version == "8"
    assert (decision.spec.acquire_time, decision.spec.lease_transitions) == ("a1", 4)
    assert decision.spec.renew_time == "2026-11-21T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("after", "taken"),
    [
        pytest.param(0.0, False, id="just-seen"),
        pytest.param(14.9, False, id="not-yet"),
        pytest.param(15.0, True, id="silent-for-the-leases-duration"),
    ],
)
@pytest.mark.parametrize("now", [NOW, YEARS_OFF], ids=["clocks-agree", "clocks-differ-by-years"])
def test_takes_a_lease_whose_holder_fell_silent_by_its_own_clock(after: float, taken: bool, now: datetime) -> None:
    candidate = Candidate("me", Terms())
    assert candidate.decide(lease("other"), monotonic=100.0, now=now) == Stand(holder="other")
    decision = candidate.decide(lease("other"), monotonic=100.0 + after, now=now)
    assert isinstance(decision, Write) is taken
    if isinstance(decision, Write):
        assert decision.spec.lease_transitions == 5
        assert decision.spec.acquire_time == decision.spec.renew_time


def test_a_holder_that_renews_is_never_taken_over() -> None:
    candidate = Candidate("me", Terms())
    for step in range(100):
        decision = candidate.decide(lease("other", renewed=f"r{step}"), monotonic=14.0 * step, now=NOW)
        assert decision == Stand(holder="other")


def test_the_holders_own_duration_counts() -> None:
    candidate = Candidate("me", Terms(lease=timedelta(seconds=15)))
    candidate.decide(lease("other", seconds=60), monotonic=0.0, now=NOW)
    assert isinstance(candidate.decide(lease("other", seconds=60), monotonic=59.0, now=NOW), Stand)
    assert isinstance(candidate.decide(lease("other", seconds=60), monotonic=60.0, now=NOW), Write)


@pytest.mark.parametrize("holder", [None, ""])
def test_a_released_lease_is_taken_at_once(holder: str | None) -> None:
    decision = Candidate("me", Terms()).decide(lease(holder, seconds=None), monotonic=0.0, now=NOW)
    assert isinstance(decision, Write)
    assert decision.spec.holder_identity == "me"


def test_releases_only_what_it_holds() -> None:
    candidate = Candidate("me", Terms())
    assert candidate.release(now=NOW) is None
    candidate.decide(lease("other"), monotonic=0.0, now=NOW)
    assert candidate.release(now=NOW) is None
    candidate.wrote(lease("me", version="9"), 0.0)
    release = candidate.release(now=NOW)
    assert release is not None
    assert (release.resource_version, release.spec.holder_identity, release.spec.lease_transitions) == ("9", None, 4)
