import contextlib
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure import conditions
from keyferry.lab.azure.conditions import ConditionError, Facts

GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
SET = "Microsoft.KeyVault/vaults/secrets/setSecret/action"
SECRET = "Microsoft.KeyVault/vaults/secrets:name"
READ_APP = f"(!(ActionMatches{{'{GET}'}}) OR (@Resource[{SECRET}] StringStartsWith 'app-'))"
YES = "@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'kv'"
NO = "@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'other'"
FACTS = Facts(
    action=GET,
    attributes={
        "resource microsoft.keyvault/vaults:name": "kv",
        "resource microsoft.keyvault/vaults/secrets:name": "app-db",
    },
)


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        pytest.param("StringEquals", "app-db", True, id="equals"),
        pytest.param("StringEquals", "App-db", False, id="case-matters"),
        pytest.param("StringNotEquals", "app-db", False, id="not-equals"),
        pytest.param("StringStartsWith", "app-", True, id="starts-with"),
        pytest.param("StringNotStartsWith", "app-", False, id="not-starts-with"),
        pytest.param("StringEndsWith", "-db", True, id="ends-with"),
        pytest.param("StringNotEndsWith", "-db", False, id="not-ends-with"),
        pytest.param("StringContains", "p-d", True, id="contains"),
        pytest.param("StringNotContains", "p-d", False, id="not-contains"),
        pytest.param("StringLike", "a??-*", True, id="like"),
        pytest.param("StringLike", "a.p-db", False, id="a-dot-is-a-dot"),
        pytest.param("StringNotLike", "app*", False, id="not-like"),
        pytest.param("stringlike", "*", True, id="operator-without-case"),
    ],
)
def test_comparisons(operator: str, value: str, holds: bool) -> None:
    assert conditions.parse(f"@Resource[{SECRET}] {operator} '{value}'")(FACTS) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param(f"{YES} AND {NO}", False, id="and"),
        pytest.param(f"{YES} && {YES}", True, id="and-as-marks"),
        pytest.param(f"{NO} OR {YES}", True, id="or"),
        pytest.param(f"{NO} || {NO}", False, id="or-as-marks"),
        pytest.param(f"{YES} OR {YES} AND {NO}", True, id="and-binds-tighter"),
        pytest.param(f"({YES} OR {YES}) AND {NO}", False, id="parentheses"),
        pytest.param(f"!({NO}) AND NOT {NO}", True, id="not"),
        pytest.param("!" * 8000 + f"({YES})", True, id="not-not"),
        pytest.param("(" * 48 + YES + ")" * 48, True, id="deep"),
        pytest.param("ActionMatches{'Microsoft.KeyVault/vaults/secrets/*'}", True, id="action-pattern"),
        pytest.param(f"ActionMatches {{ '{SET}' }}", False, id="another-action"),
        pytest.param(f"@Request[{SECRET}] StringNotEquals 'x'", False, id="an-attribute-that-is-not-there-never-holds"),
    ],
)
def test_logic(text: str, holds: bool) -> None:
    assert conditions.parse(text)(FACTS) is holds
    assert conditions.parse(f"\n ( {text} ) \n")(FACTS) is holds


@pytest.mark.parametrize(
    ("action", "name", "holds"),
    [
        pytest.param(GET, "app-db", True, id="its-own"),
        pytest.param(GET, "other", False, id="another"),
        pytest.param(GET, None, False, id="no-name"),
        pytest.param(SET, "other", True, id="another-action-is-not-narrowed"),
    ],
)
def test_the_documented_form(action: str, name: str | None, holds: bool) -> None:
    attributes = {} if name is None else {f"resource {SECRET}".lower(): name}
    assert conditions.parse(READ_APP)(Facts(action=action, attributes=attributes)) is holds


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "too early", id="empty"),
        pytest.param("@Resource[", "cannot be read", id="no-token"),
        pytest.param(f"({YES}", "not closed", id="open"),
        pytest.param(f"{YES})", "nothing was expected", id="too-many"),
        pytest.param(f"{YES} {NO}", "nothing was expected", id="no-operator-between"),
        pytest.param("'value'", "out of place", id="value-first"),
        pytest.param(f"@Resource[{SECRET}] 'x'", "out of place", id="no-comparison"),
        pytest.param(f"@Resource[{SECRET}] StringEquals", "too early", id="no-value"),
        pytest.param("@Resource[Microsoft.KeyVault/vaults/keys:name] StringEquals 'x'", "attribute", id="attribute"),
        pytest.param(f"@Resource[{SECRET}] ForAnyOfAnyValues:StringEquals 'x'", "operator", id="operator"),
        pytest.param("(" * 8000, "nested", id="deep"),
        pytest.param("(" * 9000, "longer", id="long"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    with pytest.raises(ConditionError, match=problem):
        conditions.check(text, "2.0")


def test_other_versions_are_refused() -> None:
    conditions.check(YES, "2.0")
    with pytest.raises(ConditionError, match=r"must be 2\.0"):
        conditions.check(YES, "1.0")


@given(text=st.text(alphabet="()!&|' @[]{}ANDORMatchesStringEqual:/.*-", max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        assert conditions.parse(text)(FACTS) in (True, False)


@given(values=st.lists(st.booleans(), min_size=1, max_size=6), joiner=st.sampled_from([" AND ", " OR "]))
def test_chains_are_all_or_any(values: list[bool], joiner: str) -> None:
    text = joiner.join(YES if value else NO for value in values)
    assert conditions.parse(text)(FACTS) is (all(values) if joiner == " AND " else any(values))


@given(name=st.text(alphabet="ab*?", max_size=8), pattern=st.text(alphabet="ab*?", max_size=8))
def test_like_is_what_file_patterns_are(name: str, pattern: str) -> None:
    facts = Facts(action=GET, attributes={f"resource {SECRET}".lower(): name})
    assert conditions.parse(f"@Resource[{SECRET}] StringLike '{pattern}'")(facts) is fnmatchcase(name, pattern)


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    facts = Facts(action=GET, attributes={f"resource {SECRET}".lower(): "a" * 127})
    assert not conditions.parse(f"@Resource[{SECRET}] StringLike '{'*a' * 60}b'")(facts)
