"""For two minutes a refusal may be a federated credential on its way; after that it is one that is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.propagation import MAY_PROPAGATE, ON_ITS_WAY, PATIENCE, SETTLED, Propagation
from keyferry.model.errors import AssertionRejected, Where

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def refusal(code: int = 70021) -> AssertionRejected:
    where = Where(kind="ServiceAccount", namespace="app", name="api")
    return AssertionRejected(code=code, what="refused", cause="no match", remedy="add it.", where=where)


def test_says_at_once_that_waiting_may_help_and_later_that_it_does_not() -> None:
    waited = Propagation()

    told = [waited.told(refusal(), NOW + after).remedy for after in (0 * SECOND, PATIENCE, PATIENCE + SECOND)]

    assert told == [f"add it. {ON_ITS_WAY}", f"add it. {ON_ITS_WAY}", f"add it. {SETTLED}"]


def test_leaves_the_rest_of_a_refusal_as_it_is() -> None:
    told = Propagation().told(refusal(), NOW)
    assert (told.code, told.what, told.cause, str(told.where)) == (
        70021,
        "refused",
        "no match",
        "ServiceAccount app/api",
    )


@pytest.mark.parametrize(
    "code", [pytest.param(700027, id="signature"), pytest.param(7000215, id="secret"), pytest.param(0, id="none")]
)
def test_what_waiting_does_not_mend_goes_through(code: int) -> None:
    given_refusal = refusal(code)
    assert Propagation().told(given_refusal, NOW) is given_refusal


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(lambda waited: waited.forget(), id="a-token-or-a-change"),
        pytest.param(lambda waited: waited.told(refusal(700027), NOW), id="another-kind-of-refusal"),
        pytest.param(lambda waited: waited.told(refusal(700213), NOW + PATIENCE), id="another-code"),
    ],
)
def test_begins_anew_after(between: object) -> None:
    assert callable(between)
    waited = Propagation()
    waited.told(refusal(), NOW)
    between(waited)

    assert ON_ITS_WAY in waited.told(refusal(), NOW + PATIENCE + SECOND).remedy


@given(
    st.lists(
        st.tuples(st.integers(min_value=-300, max_value=300), st.sampled_from(sorted(MAY_PROPAGATE)) | st.just(700027)),
        max_size=30,
    )
)
def test_is_settled_only_after_one_code_went_on_for_longer_than_its_patience(steps: list[tuple[int, int]]) -> None:
    waited, now, code, since = Propagation(), NOW, 0, NOW
    for seconds, next_code in steps:
        now += timedelta(seconds=seconds)
        if next_code != code or now < since:
            code, since = next_code, now
        told = waited.told(refusal(next_code), now).remedy

        assert (SETTLED in told) == (next_code in MAY_PROPAGATE and now - since > PATIENCE)
        assert (ON_ITS_WAY in told) == (next_code in MAY_PROPAGATE and now - since <= PATIENCE)
