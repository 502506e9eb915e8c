"""The functions of patterns give what Go's give."""

from typing import Any

import pytest

from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.patterns.regex_functions import FUNCTIONS
from keyferry.template.values import Slice
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("regexMatch", (b"^a", b"ab"), True, id="match"),
        pytest.param("regexMatch", (b"^b", b"ab"), False, id="no-match"),
        pytest.param("regexMatch", (b"[", b"ab"), False, id="a-bad-pattern-matches-nothing"),
        pytest.param("regexFind", (b"a.", b"xabc"), b"ab", id="find"),
        pytest.param("regexFind", (b"z", b"abc"), b"", id="find-nothing"),
        pytest.param("regexFindAll", (b"[0-9]", b"1a2b3", 2), [b"1", b"2"], id="find-two"),
        pytest.param("regexFindAll", (b"[0-9]", b"1a2b3", 0), [], id="find-none"),
        pytest.param("regexReplaceAll", (b"a(x*)b", b"-ab-axxb-", b"${1}W"), b"-W-xxW-", id="replace"),
        pytest.param("regexReplaceAll", (b"", b"ab", b"-"), b"-a-b-", id="replace-nothing"),
        pytest.param("regexReplaceAllLiteral", (b"a", b"ca", b"$0"), b"c$0", id="replace-literally"),
        pytest.param("regexSplit", (b"z+", b"pizza", -1), [b"pi", b"a"], id="split"),
        pytest.param("regexSplit", (b",", b"a,b,c", 2), [b"a", b"b,c"], id="split-in-two"),
        pytest.param("regexSplit", (b",", b"a,b", 1), [b"a,b"], id="split-in-one"),
        pytest.param("regexSplit", (b",", b"a,b", 0), [], id="split-in-none"),
        pytest.param("regexSplit", (b"a", b"", -1), [b""], id="split-nothing"),
        pytest.param("regexSplit", (b"", b"", -1), [], id="split-nothing-by-nothing"),
        pytest.param("regexSplit", (b"x*", b"axbc", -1), [b"a", b"b", b"c"], id="split-between-characters"),
        pytest.param("regexSplit", (b",", b",a,", -1), [b"", b"a", b""], id="split-at-the-ends"),
        pytest.param(
            "regexQuoteMeta",
            (b"1.2 (a+b)*[x]^$|\\{}?",),
            b"1\\.2 \\(a\\+b\\)\\*\\[x\\]\\^\\$\\|\\\\\\{\\}\\?",
            id="quote",
        ),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("mustRegexMatch", (b"[", b""), id="match"),
        pytest.param("regexFind", (b"[", b""), id="find"),
        pytest.param("mustRegexFindAll", (b"[", b"", -1), id="find-all"),
        pytest.param("regexReplaceAll", (b"[", b"", b""), id="replace"),
        pytest.param("mustRegexReplaceAllLiteral", (b"[", b"", b""), id="replace-literally"),
        pytest.param("regexSplit", (b"[", b"", 0), id="split"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "is_nil"),
    [
        pytest.param("regexFindAll", (b"z", b"a", -1), True, id="nothing-found"),
        pytest.param("regexFindAll", (b"a", b"a", -1), False, id="something-found"),
        pytest.param("regexSplit", (b"a", b"b", 0), True, id="split-in-none"),
    ],
)
def test_no_list_is_nil(name: str, arguments: Any, is_nil: bool) -> None:
    found = next(each for each in FUNCTIONS if each.name == name).call(world(), *arguments)
    assert isinstance(found, Slice)
    assert (found.is_nil, found.elem) == (is_nil, "string")


def test_growth_is_bounded() -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "regexReplaceAll", b".", b"a" * 1000, b"$0" * 1000, within=world(bytes_left=100_000))
