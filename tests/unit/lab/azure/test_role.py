import pytest

from keyferry.lab.azure.role import Role


@pytest.mark.parametrize(
    ("pattern", "action", "allowed"),
    [
        pytest.param("a.b/*", "a.b/c/d", True, id="a-star-takes-slashes"),
        pytest.param("a.b/*", "aXb/read", False, id="a-dot-is-a-dot"),
        pytest.param("a/*/read", "A/B/C/Read", True, id="in-the-middle"),
        pytest.param("a/*/read", "a/read", True, id="or-nothing-in-the-middle"),
        pytest.param("a/*/read", "ab/read", False, id="but-whole-segments"),
        pytest.param("*/read", "a/b/read", True, id="in-front"),
        pytest.param("a/read", "a/read/b", False, id="the-whole-action"),
    ],
)
def test_patterns(pattern: str, action: str, allowed: bool) -> None:
    assert Role(id="", name="", actions=(pattern,)).allows(action) is allowed
    assert Role(id="", name="", data_actions=(pattern,)).allows_data(action) is allowed
    assert Role(id="", name="", actions=("*",), not_actions=(pattern,)).allows(action) is not allowed
    assert Role(id="", name="", data_actions=("*",), not_data_actions=(pattern,)).allows_data(action) is not allowed


def test_some_roles_let_assign_only_some_others() -> None:
    narrow = Role(id="", name="", assigns=("a",))
    assert (narrow.may_assign("A"), narrow.may_assign("b"), Role(id="", name="").may_assign("b")) == (True, False, True)


@pytest.mark.parametrize(
    ("assignable", "scope", "expected"),
    [
        pytest.param("/", "/subscriptions/s", True, id="anywhere"),
        pytest.param("/subscriptions/S", "/subscriptions/s/resourceGroups/rg", True, id="below"),
        pytest.param("/subscriptions/s", "/subscriptions/st", False, id="another"),
        pytest.param("/subscriptions/s/resourceGroups/rg", "/subscriptions/s", False, id="above"),
    ],
)
def test_assignable_scopes(assignable: str, scope: str, expected: bool) -> None:
    assert Role(id="", name="", assignable_scopes=(assignable,)).assignable_at(scope) is expected
