"""What is noted of requests on their way."""

import itertools
from datetime import UTC, datetime, timedelta

from keyferry.vault.moment import Moment
from keyferry.vault.need import Began
from keyferry.vault.sent import Sent

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def looks() -> Sent:
    orders = itertools.count(1)

    def begin() -> Began:
        order = next(orders)
        return Began(order=order, at=Moment(at=NOON + timedelta(seconds=order), ticks=timedelta(seconds=order)))

    return Sent(begin)


def test_a_read_counts_from_its_last_request_in_the_order_of_its_first() -> None:
    sent = looks()
    sent.leaves()
    sent.answered(NOON)
    sent.leaves()

    assert sent.vault_time is None, "of an answer that has not come"
    sent.answered(NOON + timedelta(seconds=9))
    assert sent.vault_time == NOON + timedelta(seconds=9)
    assert (sent.as_read().order, sent.as_read().at.ticks) == (1, timedelta(seconds=2))


def test_a_list_counts_from_its_first_request() -> None:
    sent = looks()
    sent.leaves()
    sent.leaves()

    assert (sent.as_list().order, sent.as_list().at.ticks) == (1, timedelta(seconds=1))


def test_what_never_left_begins_when_it_is_told_of() -> None:
    sent = looks()

    assert sent.first is None
    assert sent.as_read() == sent.as_read()
    assert sent.first is not None
