"""`fail` ends a rendering and does not say its words, which may hold a value."""

import pytest

from keyferry.template.functions.flow import FUNCTIONS
from keyferry.template.functions.function import Fault
from tests.fakes.template_functions import call


def test_fails_without_the_words() -> None:
    with pytest.raises(Fault) as failure:
        call(FUNCTIONS, "fail", b"s3cret")
    assert "s3cret" not in str(failure.value)


def test_greets() -> None:
    assert call(FUNCTIONS, "hello") == b"Hello!"
