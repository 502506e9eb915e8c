"""A certificate with its key, as templates see it."""

import pytest

from keyferry.template.functions.crypto.certificate_value import TYPE, Certificate
from keyferry.template.values import Map

MADE = Certificate(certificate=b"c", key=b"s3cret")


def test_has_fields_and_text() -> None:
    assert (MADE.field("Cert"), MADE.field("Key"), MADE.text(), MADE.go_type) == (b"c", b"s3cret", b"{c s3cret}", TYPE)
    with pytest.raises(KeyError):
        MADE.field("Other")


def test_is_a_mapping_in_json_and_yaml() -> None:
    plain = MADE.plain()
    assert isinstance(plain, Map)
    assert plain.items == {b"Cert": b"c", b"Key": b"s3cret"}


def test_python_does_not_show_the_key() -> None:
    assert "s3cret" not in repr(MADE)
