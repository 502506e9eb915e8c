"""Versions in templates."""

import pytest

from keyferry.template.functions.function import Fault
from keyferry.template.functions.versions import version
from keyferry.template.functions.versions.semver_functions import FUNCTIONS
from tests.fakes.template_functions import call


def test_reads_a_version() -> None:
    assert call(FUNCTIONS, "semver", b"1.2") == version.parse(b"1.2")


@pytest.mark.parametrize(
    ("constraint", "expected"), [pytest.param(b"^1.2", True, id="admits"), pytest.param(b"<1.2", False, id="refuses")]
)
def test_compares(constraint: bytes, expected: bool) -> None:
    assert call(FUNCTIONS, "semverCompare", constraint, b"1.3.0") is expected


@pytest.mark.parametrize(
    ("constraint", "text"), [pytest.param(b"", b"1", id="no-constraint"), pytest.param(b"1", b"x", id="no-version")]
)
def test_faults(constraint: bytes, text: bytes) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, "semverCompare", constraint, text)
