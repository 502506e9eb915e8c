"""What a token says of itself, read without trust."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.federation import TokenFacts, token_facts
from tests.fakes.token_source import unsigned_jwt


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param(
            {"iss": "https://i/", "sub": "system:serviceaccount:a:b", "aud": ["x", "y"], "exp": 1763769600},
            TokenFacts(
                issuer="https://i/",
                subject="system:serviceaccount:a:b",
                audiences=("x", "y"),
                expires=datetime(2025, 11, 22, tzinfo=UTC),
            ),
            id="as-kubernetes-makes-them",
        ),
        pytest.param({"aud": "x"}, TokenFacts(audiences=("x",)), id="one-audience-as-text"),
        pytest.param({"iss": 1, "sub": None, "aud": [1, "x"], "exp": "soon"}, TokenFacts(audiences=("x",)), id="odd"),
        pytest.param({"aud": 7, "exp": True}, TokenFacts(), id="wrong-types"),
        pytest.param({"exp": 1e300}, TokenFacts(), id="expiry-beyond-time"),
        pytest.param(["iss"], TokenFacts(), id="claims-are-a-list"),
    ],
)
def test_reads_the_claims_that_are_there(claims: Any, expected: TokenFacts) -> None:
    assert token_facts(unsigned_jwt(claims)) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b", id="two-parts"),
        pytest.param("a.b!.c", id="not-base64"),
        pytest.param("a.\u00e9.c", id="not-ascii"),
        pytest.param(f"a.{base64.urlsafe_b64encode(b'{broken').decode()}.c", id="not-json"),
        pytest.param(f"a.{base64.urlsafe_b64encode(bytes([0xFF, 0xFE])).decode()}.c", id="not-utf-8"),
    ],
)
def test_knows_nothing_of_what_is_no_token(text: str) -> None:
    assert token_facts(text) == TokenFacts()


def test_ignores_the_newline_of_a_token_file() -> None:
    assert token_facts(unsigned_jwt({"iss": "i"}) + "\n").issuer == "i"


@given(st.text())
def test_never_raises(text: str) -> None:
    token_facts(text)
    token_facts(f"a.{text}.c")
