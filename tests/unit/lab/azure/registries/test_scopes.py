import pytest

from keyferry.lab.azure.registries import scopes
from keyferry.lab.azure.registries.scopes import Scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "repository:team/app:pull,push",
            (Scope(kind="repository", name="team/app", actions=("pull", "push")),),
            id="one",
        ),
        pytest.param(
            "repository:a:pull registry:catalog:*",
            (
                Scope(kind="repository", name="a", actions=("pull",)),
                Scope(kind="registry", name="catalog", actions=("*",)),
            ),
            id="two",
        ),
        pytest.param("", None, id="none"),
        pytest.param("repository:app", None, id="no-actions"),
        pytest.param("repository:APP:pull", None, id="upper-case"),
        pytest.param("repository:a:pull everything", None, id="one-of-them-is-none"),
        pytest.param(" ".join(["repository:a:pull"] * 33), None, id="too-many"),
    ],
)
def test_reads_scopes(text: str, expected: tuple[Scope, ...] | None) -> None:
    assert scopes.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "allowed", "actions"),
    [
        pytest.param("repository:a:pull,push", {"pull"}, ["pull"], id="as-far-as-allowed"),
        pytest.param("repository:a:*", {"pull", "push"}, ["pull", "push"], id="everything-that-is-allowed"),
        pytest.param("repository:a:push", {"pull"}, [], id="nothing"),
        pytest.param("registry:catalog:*", {"pull"}, ["*"], id="catalog"),
        pytest.param("registry:catalog:*", {"delete"}, [], id="no-catalog"),
    ],
)
def test_grants_what_roles_allow(text: str, allowed: set[str], actions: list[str]) -> None:
    asked = scopes.parse(text)
    assert asked is not None
    (granted,) = scopes.granted(asked, frozenset(allowed))
    assert granted["actions"] == actions
