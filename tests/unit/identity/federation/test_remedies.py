"""The table of codes and the facts that fill it."""

import pytest

from keyferry.identity.federation.remedies import OTHERWISE, WORDS, Facts, Field

FACTS = Facts(
    holder="ServiceAccount a/b",
    named_by="an annotation",
    tenant="t",
    client="c",
    issuer="i",
    subject="s",
    audience="u",
    authority_host="h",
    description="d {client}",
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        pytest.param(Field.ISSUER, "i", id="issuer"),
        pytest.param(Field.SUBJECT, "s", id="subject"),
        pytest.param(Field.AUDIENCE, "u", id="audience"),
    ],
)
def test_tells_what_was_presented(field: Field, expected: str) -> None:
    assert FACTS.presented(field) == expected


def test_braces_in_a_fact_are_left_alone() -> None:
    assert FACTS.fill("{description} {tenant}") == "d {client} t"


def test_a_row_that_names_a_field_compares_it() -> None:
    assert all(words.compares for words in (*WORDS.values(), OTHERWISE) if words.field)
