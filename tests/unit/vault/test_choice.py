"""A list or reads, whichever costs less."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.vault.choice import FAILED_FOR, FAILURES, LEARNED_FOR, REFUSED_FOR, Choice, Mode
from keyferry.vault.moment import Moment

START = datetime(2026, 11, 22, tzinfo=UTC)


def at(after: timedelta = timedelta(0)) -> Moment:
    return Moment(at=START + after, ticks=after)


def learned(pages: int | None, *, whole: bool = True) -> Choice:
    choice = Choice()
    if pages is not None:
        choice.listed(pages, whole=whole, now=at())
    return choice


@pytest.mark.parametrize(
    ("pages", "worth", "most_pages"),
    [
        pytest.param(None, 1, 0, id="one-read-is-cheapest"),
        pytest.param(None, 2, 2, id="an-unknown-vault-is-tried-within-the-cost-of-the-reads"),
        pytest.param(4, 4, 0, id="a-list-that-costs-as-much-brings-no-values"),
        pytest.param(4, 5, 5, id="a-list-that-costs-less"),
        pytest.param(0, 1, 0, id="an-empty-vault-costs-a-page"),
        pytest.param(400, 100, 0, id="a-large-vault-of-which-little-is-wanted"),
    ],
)
def test_chooses_by_cost(pages: int | None, worth: int, most_pages: int) -> None:
    choice = learned(pages)

    assert choice.most_pages(worth, at()) == most_pages
    assert choice.mode is (Mode.LIST if most_pages else Mode.READS)


@pytest.mark.parametrize(
    ("pages", "worth", "words"),
    [
        pytest.param(None, 1, "1 read could be saved, and a list of unknown size is no cheaper", id="reads"),
        pytest.param(4, 100, "100 reads could be saved, and a list of 4 pages costs less", id="list"),
    ],
)
def test_says_why(pages: int | None, worth: int, words: str) -> None:
    choice = learned(pages)
    choice.most_pages(worth, at())

    assert choice.why == words


def test_a_list_that_was_cut_short_is_not_tried_again_for_as_little() -> None:
    choice = learned(10, whole=False)

    assert choice.most_pages(20, at()) == 0
    assert choice.most_pages(21, at()) == 21


def test_the_size_of_a_vault_is_looked_at_again_after_hours() -> None:
    choice = learned(400)

    assert choice.most_pages(10, at(LEARNED_FOR)) == 10


def test_one_who_may_not_list_reads_and_tries_again_later() -> None:
    choice = learned(1)
    choice.refused(at())

    assert choice.most_pages(100, at(REFUSED_FOR - timedelta(seconds=1))) == 0
    assert "may not list" in choice.why
    assert choice.most_pages(100, at(REFUSED_FOR)) == 100


def test_a_mended_refusal_is_forgotten_at_once() -> None:
    choice = learned(1)
    choice.refused(at())
    choice.forget()

    assert choice.most_pages(100, at()) == 100


def test_lists_that_fail_and_fail_give_way_to_reads_for_a_moment() -> None:
    choice = learned(1)
    for _ in range(FAILURES - 1):
        choice.failed(at())
    assert choice.most_pages(9, at()) == 9
    choice.failed(at())
    assert choice.most_pages(9, at()) == 0
    assert choice.most_pages(9, at(FAILED_FOR)) == 9

    choice.listed(1, whole=True, now=at())
    choice.failed(at())
    assert choice.most_pages(9, at()) == 9, "a list that worked begins the count again"
