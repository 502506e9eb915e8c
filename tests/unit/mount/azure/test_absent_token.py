"""What is said of a token that is not there."""

from datetime import UTC, datetime

import pytest

from keyferry.model.identity import ServiceAccountRef
from keyferry.mount.azure import absent_token

API = ServiceAccountRef(namespace="app", name="api")


@pytest.mark.parametrize(
    ("offered", "cause"),
    [
        pytest.param((), "it sent no token at all", id="none"),
        pytest.param({"b": 1, "a": 2}, "it sent tokens for a, b only", id="others"),
        pytest.param([str(number) for number in range(9)], "it sent tokens for 0, 1, 2, 3, 4 only", id="many"),
    ],
)
def test_names_the_audiences_that_came(offered: list[str], cause: str) -> None:
    error = absent_token.never_came(API, "wanted", offered)

    assert error.cause == cause
    assert "name wanted in spec.tokenRequests" in error.remedy
    assert str(error.where) == "ServiceAccount app/api"


def test_says_when_a_token_ended_and_what_brings_the_next() -> None:
    error = absent_token.ended(API, "wanted", datetime(2026, 11, 22, 6, 10, tzinfo=UTC))

    assert "it ends at 2026-11-22T06:10:00Z" in error.cause
    assert "requiresRepublish: true" in error.remedy
