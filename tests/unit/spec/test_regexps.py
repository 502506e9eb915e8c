import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import regexps


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("pass", "db-password", True, id="anywhere"),
        pytest.param("^pass", "db-password", False, id="anchored"),
        pytest.param(".*(password|secret|key).*", "app-key-1", True, id="alternatives"),
        pytest.param("(?i)KEY", "app-key", True, id="without-case"),
        pytest.param("", "anything", True, id="empty-fits-all"),
        pytest.param(r"\d$", "site-٣", False, id="digits-are-ascii"),
    ],
)
def test_searches_as_go_does(pattern: str, text: str, expected: bool) -> None:
    assert regexps.compile(pattern).found_in(text) is expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("a(", "missing )", id="open-group"),
        pytest.param("(?=x)", "invalid perl operator", id="look-ahead"),
        pytest.param(r"(a)\1", "invalid escape sequence", id="back-reference"),
        pytest.param("x{1001}", "invalid repetition size", id="too-many"),
    ],
)
def test_says_why_a_pattern_does_not_compile(pattern: str, reason: str) -> None:
    with pytest.raises(SpecError) as caught:
        regexps.compile(pattern)
    assert reason in caught.value.cause
    assert "RE2" in caught.value.remedy


def test_takes_time_in_proportion_on_any_text() -> None:
    assert not regexps.compile("(a*)*b").found_in("a" * 50_000)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("a" * (regexps.MAX_LENGTH + 1), "2049 characters", id="long"),
        pytest.param(r"(\pL|\pN){100}", "pattern too large", id="large"),
    ],
)
def test_strangers_patterns_are_bounded(pattern: str, reason: str) -> None:
    with pytest.raises(SpecError) as caught:
        regexps.compile(pattern)
    assert reason in caught.value.cause
    assert len(caught.value.what) < 400
