"""Passwords follow from a master password as Master Password says."""

from keyferry.template.functions.crypto.derived_passwords import derive
from tests.fakes.template_keys import world


def test_derives() -> None:
    assert derive(world(), 1, b"long", b"password", b"user", b"example.com") == b"ZedaFaxcZaso9*"


def test_counters_differ() -> None:
    assert derive(world(), 2, b"long", b"password", b"user", b"example.com") != b"ZedaFaxcZaso9*"


def test_an_unknown_form_is_told() -> None:
    assert derive(world(), 1, b"nope", b"p", b"u", b"s") == b"cannot find password template nope"
