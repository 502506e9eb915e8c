"""Each state of the Secret has one next step, and steps lead to a certificate that stays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.certificates import issuing, plan
from keyferry.admit.certificates.held import Found, Held
from keyferry.admit.certificates.plan import OVERLAP, RENEW_BEFORE, SLOW, Issue, Keep, Refuse, Step, Store
from tests.fakes.webhook_certificates import HOSTS, SECRET, authority_until, found, made

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = made(NOW)
OLD = authority_until(NOW + 80 * DAY)
ENDED = authority_until(NOW)


def decide(there: Found | None, *bundles: bytes, now: datetime = NOW) -> Step:
    return plan.plan(SECRET, there, HOSTS, bundles, now)


def test_what_is_good_is_kept_until_it_is_to_be_renewed() -> None:
    assert decide(found(GOOD)) == Keep(held=GOOD, again_at=NOW + 365 * DAY - RENEW_BEFORE)


@pytest.mark.parametrize(
    ("there", "because"),
    [
        pytest.param(None, "none yet", id="absent"),
        pytest.param(found(None, problem="it has no tls.crt"), "it has no tls.crt", id="spoilt"),
        pytest.param(
            found(made(NOW, authority_at=NOW - 3561 * DAY)), "the authority is good from", id="authority-ends"
        ),
        pytest.param(found(made(NOW, authority_at=NOW + DAY)), "the authority is good from", id="authority-begins"),
    ],
)
def test_everything_is_made_anew(there: Found | None, because: str) -> None:
    step = decide(there, GOOD.bundle_pem)
    assert isinstance(step, Issue)
    assert because in step.because
    assert step.under is None
    assert step.there == there


@pytest.mark.parametrize(
    ("there", "because"),
    [
        pytest.param(made(NOW - 276 * DAY), "the certificate is good from", id="ends"),
        pytest.param(made(NOW + DAY, authority_at=NOW), "the certificate is good from", id="begins"),
        pytest.param(made(NOW, hosts=HOSTS[:1]), f"is not for {HOSTS[1]}", id="another-name"),
    ],
)
def test_a_certificate_is_renewed_under_the_same_authority(there: Held, because: str) -> None:
    step = decide(found(there))
    assert isinstance(step, Issue)
    assert because in step.because
    assert (step.under, step.trusted, step.trust_until) == (there, (), None)


def test_the_day_of_the_renewal() -> None:
    renewal = NOW + 365 * DAY - RENEW_BEFORE
    assert isinstance(decide(found(GOOD), now=renewal), Keep)
    assert isinstance(decide(found(GOOD), now=renewal + timedelta(seconds=1)), Issue)


def test_what_api_servers_trust_now_is_trusted_beside_a_new_authority() -> None:
    step = decide(None, OLD + ENDED, b"garbage", OLD)
    assert isinstance(step, Issue)
    assert step.trusted == (OLD,), "what has ended is not, and each is once"
    assert step.trust_until == NOW + OVERLAP


def test_an_authority_that_is_renewed_is_trusted_for_a_while() -> None:
    there = made(NOW, OLD, authority_at=NOW - 3561 * DAY)
    step = decide(found(there))
    assert isinstance(step, Issue)
    assert step.trusted == there.authorities


def test_nobody_makes_the_bundle_grow_without_end() -> None:
    many = b"".join(issuing.authority(NOW).certificate_pem for _ in range(plan.MOST_TRUSTED + 1))
    step = decide(None, many)
    assert isinstance(step, Issue)
    assert len(step.trusted) == plan.MOST_TRUSTED


def test_an_overlap_is_kept_and_then_forgotten() -> None:
    both = made(NOW, OLD, trust_until=NOW + OVERLAP)
    assert decide(found(both)) == Keep(held=both, again_at=NOW + OVERLAP)
    step = decide(found(both), now=NOW + OVERLAP)
    assert isinstance(step, Store)
    assert step.held.authorities == both.authorities[:1]
    assert step.held.pair == both.pair
    assert isinstance(decide(found(step.held), now=NOW + OVERLAP), Keep)


def test_a_certificate_renewed_in_an_overlap_keeps_it() -> None:
    both = made(NOW, OLD, hosts=HOSTS[:1], trust_until=NOW + OVERLAP)
    step = decide(found(both))
    assert isinstance(step, Issue)
    assert (step.trusted, step.trust_until) == ((OLD,), NOW + OVERLAP)


@pytest.mark.parametrize(
    ("there", "cause"),
    [
        pytest.param(found(GOOD, labels={}), "it has no label", id="no-label"),
        pytest.param(found(None, labels={"a": "b"}), "it has no label", id="spoilt-and-not-ours"),
        pytest.param(found(GOOD, type="Opaque"), 'its type is "Opaque"', id="another-type"),
    ],
)
def test_what_is_not_ours_is_left_alone(there: Found, cause: str) -> None:
    step = decide(there)
    assert isinstance(step, Refuse)
    assert cause in step.error.cause
    assert "--certificate-secret" in step.error.remedy


@given(st.integers(min_value=-400, max_value=4000), st.integers(min_value=0, max_value=3640), st.booleans())
def test_carrying_a_plan_out_and_planning_again_ends(age: int, authority_older: int, overlaps: bool) -> None:
    """At whatever ages certificates are found, at most two steps lead to one that is kept."""
    born = NOW - age * DAY
    there = found(made(born, *((OLD,) if overlaps else ()), authority_at=born - authority_older * DAY))
    for _ in range(3):
        step = decide(there)
        match step:
            case Keep():
                return
            case Store():
                there = found(step.held)
            case Issue():
                there = found(made(NOW, *step.trusted, trust_until=step.trust_until, under=step.under))
    pytest.fail("it goes on and on")


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        pytest.param(NOW - DAY, Keep, id="before"),
        pytest.param(NOW + SLOW, Keep, id="a-little-behind"),
        pytest.param(NOW + SLOW + timedelta(seconds=1), Refuse, id="behind"),
    ],
)
def test_a_clock_that_is_behind_makes_no_certificate(created: datetime, expected: type[Step]) -> None:
    assert isinstance(decide(found(GOOD, created=created)), expected)
    spoilt = decide(found(None, problem="spoilt", created=created))
    assert isinstance(spoilt, Refuse if expected is Refuse else Issue)


def test_who_is_behind_is_told_so() -> None:
    step = decide(found(GOOD, created=NOW + 730 * DAY))
    assert isinstance(step, Refuse)
    assert "2028-11-21" in step.error.cause
    assert "NTP" in step.error.remedy
