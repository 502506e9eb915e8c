"""What is counted, and that strangers cannot make it grow."""

import itertools

import pytest

from keyferry.admit.tally import BOUNDS, MAX_SERIES, OTHERS, Histogram, Histograms, Tally
from keyferry.admit.verdict import BAD_REQUEST, INTERNAL_ERROR, Verdict, refused
from keyferry.kube.wire.admission import Question


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        pytest.param(0.0, 0, id="nothing"),
        pytest.param(BOUNDS[0], 0, id="bound"),
        pytest.param(0.002, 1, id="between"),
        pytest.param(99.0, len(BOUNDS), id="longer"),
    ],
)
def test_durations_have_their_buckets(seconds: float, bucket: int) -> None:
    histogram = Histogram()
    histogram.observe(seconds)
    assert (histogram.buckets[bucket], sum(histogram.buckets), histogram.seconds) == (1, 1, seconds)


def test_labels_are_bounded() -> None:
    histograms = Histograms()
    for number in range(MAX_SERIES + 10):
        histograms.observe(f"namespace-{number}", 1.0)
    found = dict(histograms)
    assert (len(found), sum(found[OTHERS].buckets)) == (MAX_SERIES + 1, 10)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        pytest.param(Verdict(), "allowed", id="allowed"),
        pytest.param(Verdict(patch=b"[]"), "patched", id="patched"),
        pytest.param(refused(BAD_REQUEST, "no"), "refused", id="refused"),
        pytest.param(refused(INTERNAL_ERROR, "no"), "failed", id="failed"),
        pytest.param(Verdict(is_failure=True, warnings=("no",)), "failed", id="failed-and-admitted"),
    ],
)
def test_verdicts(verdict: Verdict, outcome: str) -> None:
    tally = Tally(lambda: 0.0)
    tally.judged(verdict)
    assert tally.outcomes == {outcome: 1}


def test_requests_are_measured_while_they_last() -> None:
    tally = Tally(itertools.count(10.0, 0.5).__next__)
    with tally.underway("/a"):
        assert tally.in_flight["/a"] == 1
    assert (tally.in_flight["/a"], dict(tally.latencies)["/a"].seconds) == (0, 0.5)


async def test_mutations_are_counted_by_namespace_also_failed_ones() -> None:
    tally = Tally(itertools.count(10.0, 0.5).__next__)

    async def fail(question: Question) -> Verdict:
        if question.uid == "1":
            return Verdict()
        raise ValueError("broken")

    handle = tally.mutating(fail)
    await handle(Question(uid="1", namespace="apps"))
    with pytest.raises(ValueError, match="broken"):
        await handle(Question(uid="2", namespace="apps"))
    assert sum(dict(tally.mutations)["apps"].buckets) == 2
