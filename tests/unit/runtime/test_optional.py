"""A package that is installed can be left out for the length of a block."""

import importlib
import sys

import pytest

from keyferry.runtime.optional import without

ABSENT_SO_FAR = "wsgiref.validate"  # of the standard library, and loaded by nobody


def test_it_cannot_be_imported_inside_and_can_be_after() -> None:
    with without(ABSENT_SO_FAR), pytest.raises(ImportError):
        importlib.import_module(ABSENT_SO_FAR)
    assert importlib.import_module(ABSENT_SO_FAR) is sys.modules.pop(ABSENT_SO_FAR)


def test_what_is_loaded_stays() -> None:
    with without("json"):
        assert importlib.import_module("json") is sys.modules["json"]
    assert "json" in sys.modules


def test_a_failure_inside_puts_it_back() -> None:
    with pytest.raises(ZeroDivisionError), without(ABSENT_SO_FAR):
        raise ZeroDivisionError
    assert ABSENT_SO_FAR not in sys.modules
