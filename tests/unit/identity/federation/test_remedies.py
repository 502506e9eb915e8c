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


CODES = (
    *(70021, 700211, 700212, 700213, 7002131, 70025, 700024, 700027, 50027, 5002727, 5002738, 900384, 90061, 50166),
    *(900612, 700016, 90002, 900023, 70011, 1002012, 500011, 7000216, 7000218, 900144, 90014, 9002313, 70003),
    *(700222, 700226, 700236, 700227, 50049, 7000112, 7000229, 53003),
)


@pytest.mark.parametrize("code", CODES)
def test_has_words_for_every_code_that_a_cluster_can_meet(code: int) -> None:
    words = WORDS[code]
    assert FACTS.fill(words.cause)
    assert FACTS.fill(words.remedy)


@pytest.mark.parametrize("code", [70021, 700211, 700212, 700213, 7002131, 70025])
def test_says_what_a_federated_credential_must_repeat(code: int) -> None:
    told = FACTS.fill(WORDS[code].remedy)
    assert 'issuer "i", subject "s" and audience "u", equal to the letter' in told
