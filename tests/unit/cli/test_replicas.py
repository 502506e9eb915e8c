"""A duration of a flag is Go's, and none is negative."""

from datetime import timedelta

import pytest

from keyferry.cli import replicas
from keyferry.model.errors import SpecError


@pytest.mark.parametrize(("text", "expected"), [("10s", timedelta(seconds=10)), ("0s", timedelta())])
def test_interval(text: str, expected: timedelta) -> None:
    assert replicas.interval(text) == expected


@pytest.mark.parametrize("text", ["-1s", "soon"])
def test_refuses_what_is_no_wait(text: str) -> None:
    with pytest.raises(SpecError):
        replicas.interval(text)
