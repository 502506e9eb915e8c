"""URLs become maps, and maps become URLs."""

from typing import Any

import pytest

from keyferry.template.functions.function import Fault
from keyferry.template.functions.references.url_functions import FUNCTIONS
from keyferry.template.values import Map
from tests.fakes.template_functions import call


def test_takes_apart() -> None:
    assert call(FUNCTIONS, "urlParse", b"http://u@h:1/p?q#f") == {
        b"scheme": b"http",
        b"userinfo": b"u",
        b"host": b"h:1",
        b"hostname": b"h",
        b"path": b"/p",
        b"query": b"q",
        b"fragment": b"f",
        b"opaque": b"",
    }


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(None, b"", id="nil"),
        pytest.param(
            Map({b"scheme": b"http", b"host": b"h", b"userinfo": b"u:p", b"hostname": 1}),
            b"http://u:p@h",
            id="userinfo",
        ),
        pytest.param(Map({b"host": b"h", b"userinfo": b"a/b"}), b"//h", id="userinfo-that-is-none"),
    ],
)
def test_puts_together(parts: Any, expected: bytes) -> None:
    assert call(FUNCTIONS, "urlJoin", parts) == expected


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(Map({b"path": 1}), id="a-number"),
        pytest.param(Map({b"path": None}), id="nil"),
        pytest.param(Map({b"userinfo": b"a b"}), id="bad-userinfo"),
    ],
)
def test_faults(parts: Map) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, "urlJoin", parts)


def test_the_password_is_in_no_fault() -> None:
    with pytest.raises(Fault) as failure:
        call(FUNCTIONS, "urlParse", b"http://u:s3cret@h:x/")
    assert "s3cret" not in str(failure.value)
