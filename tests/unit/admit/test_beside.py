"""What was read directly stands beside what is known around."""

import pytest

from keyferry.admit.accounts import AccountCache
from keyferry.admit.beside import Beside
from keyferry.admit.known import Known
from keyferry.advice.surroundings import Account
from keyferry.kube.wire.objects import Key

READER, OTHER = Account(namespace="apps", name="reader"), Account(namespace="apps", name="other")
KEY = Key(namespace="apps", name="reader")


@pytest.fixture
def around() -> Known:
    cache = AccountCache()
    cache.applied(Key(namespace="apps", name="other"), OTHER)
    return Known(cache, lambda: frozenset({"s"}))


def test_an_account_that_was_read(around: Known) -> None:
    beside = Beside(around, KEY, READER, is_answered=True)
    assert (beside.account("apps", "reader"), beside.account("apps", "other")) == (READER, OTHER)
    assert beside.accounts("apps") == {"reader": READER, "other": OTHER}
    assert (beside.accounts("b"), beside.knows_accounts) == ({}, True)


@pytest.mark.parametrize("is_answered", [pytest.param(True, id="missing"), pytest.param(False, id="unknown")])
def test_an_account_that_is_not_there(around: Known, is_answered: bool) -> None:
    beside = Beside(around, KEY, None, is_answered=is_answered)
    assert beside.account("apps", "reader") is None
    assert beside.accounts("apps") == {"other": OTHER}
    assert beside.knows_accounts is is_answered


def test_the_rest_is_as_around(around: Known) -> None:
    beside = Beside(around, KEY, None, is_answered=True)
    assert beside.subjects == {"s"}
    assert (beside.secret_owner("a", "b"), beside.refreshes("a", "b", "c")) == ("", None)
    assert beside.homes("SecretStore", "a") == frozenset()
