"""Annotations of a pod and its ServiceAccount → how long the token lives, read as Go reads an int64 in base ten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.admit.injection import expiry
from keyferry.admit.injection.refusal import Refused
from keyferry.model.wellknown import TOKEN_EXPIRATION_ANNOTATION as EXPIRATION


@pytest.mark.parametrize(
    ("pod", "account", "seconds"),
    [
        pytest.param("", "", 3600, id="both-empty"),
        pytest.param("", "7200", 7200, id="an-empty-one-falls-through"),
        pytest.param("3600", "nonsense", 3600, id="the-others-nonsense-does-not-count"),
        pytest.param("86400", "", 86400, id="a-day"),
        pytest.param("+7200", "", 7200, id="plus"),
        pytest.param("0007200", "", 7200, id="zeros"),
    ],
)
def test_the_first_that_is_not_empty_counts(pod: str, account: str, seconds: int) -> None:
    assert expiry.seconds({EXPIRATION: pod}, {EXPIRATION: account}, "payments/api") == seconds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("3600s", id="unit"),
        pytest.param(" 3600", id="blank"),
        pytest.param("3_600", id="underscore"),
        pytest.param("0x1000", id="hexadecimal"),
        pytest.param("3600.0", id="fraction"),
        pytest.param("1e4", id="exponent"),
        pytest.param("٣٦٠٠", id="other-digits"),
        pytest.param("9" * 5000, id="endless"),
        pytest.param("9223372036854775808", id="beyond-64-bits"),
        pytest.param("3599", id="just-too-few"),
        pytest.param("86401", id="just-too-many"),
        pytest.param("-3600", id="negative"),
        pytest.param("0", id="zero"),
    ],
)
def test_refuses_what_is_out_of_bounds(text: str) -> None:
    with pytest.raises(Refused, match=r"metadata\.annotations") as refusal:
        expiry.seconds({EXPIRATION: text}, {}, "payments/api")
    assert len(str(refusal.value)) < 600


def test_a_bad_annotation_of_the_account_names_the_account() -> None:
    with pytest.raises(Refused, match="of ServiceAccount payments/api"):
        expiry.seconds({}, {EXPIRATION: "1h"}, "payments/api")


@given(st.integers(-(10**20), 10**20))
def test_takes_the_numbers_of_the_range_and_no_others(number: int) -> None:
    try:
        taken = expiry.seconds({EXPIRATION: str(number)}, {}, "a/b")
    except Refused:
        assert not 3600 <= number <= 86400
    else:
        assert taken == number
