"""Constraints admit what Masterminds/semver admits."""

import pytest

from keyferry.template.functions.function import Fault
from keyferry.template.functions.versions import constraint as constraints
from keyferry.template.functions.versions import version as semver


@pytest.mark.parametrize(
    ("constraint", "admitted", "refused"),
    [
        pytest.param("1.2.3", "v1.2.3 1.2.3+b", "1.2.4 1.2.3-a", id="one-version"),
        pytest.param("=1.2", "1.2.0 1.2.9", "1.3 2", id="a-minor-version"),
        pytest.param("1.x", "1.0 1.9.9", "2", id="a-major-version"),
        pytest.param("*", "0.0.0 9.9.9", "1.0.0-a", id="any"),
        pytest.param("!=1.2.3", "1.2.4", "1.2.3", id="not-a-version"),
        pytest.param("!=1.2.x", "1.3.0 2.2.0", "1.2.9", id="not-a-minor-version"),
        pytest.param("!=1.x", "2", "1.9", id="not-a-major-version"),
        pytest.param("!=1.2-a", "1.2.0-b 1.2.9", "1.2.5-a", id="not-a-pre-release"),
        pytest.param("!=*", "0.0.1", "0.0.0", id="not-anything-is-not-zero"),
        pytest.param(">1.2.3", "1.2.4", "1.2.3", id="greater"),
        pytest.param(">1.2", "1.3.0 2", "1.2.9 0.9", id="greater-than-a-minor-version"),
        pytest.param(">1", "2", "1.9 0.1", id="greater-than-a-major-version"),
        pytest.param(">*", "0.0.1", "0.0.0", id="greater-than-anything"),
        pytest.param("<1.2", "1.1.9", "1.2.0", id="less"),
        pytest.param("=>1.2", "1.2.0", "1.1.9", id="at-least"),
        pytest.param("=<1.2.3", "1.2.3", "1.2.4", id="at-most"),
        pytest.param("<=1.2", "1.2.9 1.1", "1.3 2", id="at-most-a-minor-version"),
        pytest.param("<=1", "1.9", "2", id="at-most-a-major-version"),
        pytest.param("<=*", "0.0.9", "0.1 1", id="at-most-anything"),
        pytest.param("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2", id="tilde"),
        pytest.param("~>1", "1.0 1.9", "2", id="tilde-of-a-major-version"),
        pytest.param("~0.0.0", "0.0.0 5", "0.0.0-a", id="tilde-of-zero"),
        pytest.param("^1.2.3", "1.2.3 1.9", "2 1.2.2", id="caret"),
        pytest.param("^0.2.3", "0.2.9", "0.3.0 1", id="caret-below-one"),
        pytest.param("^0.0.3", "0.0.3", "0.0.4 0.1", id="caret-of-a-patch"),
        pytest.param("^0.0", "0.0.9", "0.1", id="caret-of-a-minor-version"),
        pytest.param("^0", "0.9", "1", id="caret-of-zero"),
        pytest.param(">=1.0 <2.0", "1.5", "2", id="two-with-a-space"),
        pytest.param(" >= 1.0 ,<2.0 ", "1.5", "2", id="two-with-a-comma"),
        pytest.param("1.x||>=3", "1.5 3", "2", id="one-or-another"),
        pytest.param("1.2 - 1.4.5", "1.2.0 1.4.5", "1.4.6", id="a-span"),
        pytest.param("3  || 1.2  -  1.4 ", "1.3 3.1", "2", id="a-span-among-others"),
        pytest.param(">=1.2-0", "1.3.0-a 1.3.0", "1.1", id="pre-releases-where-one-is-named"),
        pytest.param(">=1.2.3-a <1.3||9", "1.2.4-b", "9.0.0-a", id="pre-releases-in-that-group-alone"),
        pytest.param("1.2.3+b", "1.2.3", "1.2.4", id="metadata"),
    ],
)
def test_admits(constraint: str, admitted: str, refused: str) -> None:
    groups = constraints.parse(constraint.encode())
    for expected, texts in ((True, admitted), (False, refused)):
        for text in texts.split():
            assert constraints.admits(groups, semver.parse(text.encode())) is expected, text


@pytest.mark.parametrize(
    "constraint",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"bad", id="a-word"),
        pytest.param(b"1 ||", id="nothing-or"),
        pytest.param(b"1.2.3.4", id="four-parts"),
        pytest.param(b">1<2", id="nothing-between"),
        pytest.param(b">=", id="an-operator-alone"),
        pytest.param(b"1,", id="a-comma-last"),
        pytest.param(b"1|2", id="one-bar"),
        pytest.param(b"1.xx", id="two-x"),
        pytest.param(b"0 1 - 2", id="a-span-after-another"),
        pytest.param(b"1" * 3000, id="too-long"),
    ],
)
def test_faults(constraint: bytes) -> None:
    with pytest.raises(Fault):
        constraints.parse(constraint)
