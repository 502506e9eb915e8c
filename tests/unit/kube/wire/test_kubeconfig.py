from typing import Any

import pytest

from keyferry.kube.wire import kubeconfig
from keyferry.model.errors import SpecError

FIRST: dict[str, Any] = {
    "current-context": "one",
    "clusters": [{"name": "c1", "cluster": {"server": "https://one"}}],
    "users": [{"name": "u1", "user": {"token": "t1"}}],
    "contexts": [{"name": "one", "context": {"cluster": "c1", "user": "u1", "namespace": "app"}}],
}
SECOND: dict[str, Any] = {
    "current-context": "two",
    "clusters": [
        {"name": "c1", "cluster": {"server": "https://shadowed"}},
        {"name": "c2", "cluster": {"server": "https://two"}},
    ],
    "users": None,
    "contexts": [
        {"name": "two", "context": {"cluster": "c2", "user": "u1"}},
        {"name": "anonymous", "context": {"cluster": "c2"}},
        {"name": "no-cluster", "context": {"cluster": "c9", "user": "u1"}},
        {"name": "no-user", "context": {"cluster": "c2", "user": "u9"}},
        {"name": "empty", "context": None},
    ],
}


def select(*documents: Any, context: str = "") -> kubeconfig.Selected:
    origins = [kubeconfig.parse(document, f"file{number}") for number, document in enumerate(documents, 1)]
    return kubeconfig.select(origins, context)


def test_the_current_context_of_the_first_file() -> None:
    selected = select(FIRST, SECOND)
    assert (selected.context_name, selected.cluster.server, selected.namespace) == ("one", "https://one", "app")


def test_a_context_may_combine_entries_of_several_files() -> None:
    selected = select(FIRST, SECOND, context="two")
    assert (selected.cluster.server, selected.user.token) == ("https://two", "t1")
    assert (selected.cluster_file, selected.user_file) == ("file2", "file1")


def test_a_context_without_a_user_is_anonymous() -> None:
    assert select(SECOND, context="anonymous").user == kubeconfig.User()
    assert select(SECOND, {"users": [{"name": "u9", "user": None}]}, context="no-user").user == kubeconfig.User()


@pytest.mark.parametrize(
    ("documents", "context", "problem"),
    [
        pytest.param(({},), "", "no current-context", id="empty"),
        pytest.param((None,), "", "no current-context", id="empty-file"),
        pytest.param((FIRST,), "nine", "no context 'nine'", id="unknown-context"),
        pytest.param((SECOND,), "empty", "no context 'empty'", id="null-context"),
        pytest.param((SECOND,), "no-cluster", "no cluster 'c9'", id="unknown-cluster"),
        pytest.param((SECOND,), "no-user", "no user 'u9'", id="unknown-user"),
    ],
)
def test_what_is_missing_is_named(documents: tuple[Any, ...], context: str, problem: str) -> None:
    with pytest.raises(SpecError, match=problem):
        select(*documents, context=context)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        pytest.param([], "Expected `object`, got `array`", id="not-a-mapping"),
        pytest.param({"clusters": {}}, r"\$.clusters", id="not-a-list"),
        pytest.param({"clusters": [{"cluster": {}}]}, "missing required field `name`", id="no-name"),
        pytest.param({"users": [{"name": "u", "user": {"token": 123456}}]}, r"\$.users\[0\].user.token", id="token"),
        pytest.param(
            {"clusters": [{"name": "c", "cluster": {"certificate-authority-data": "hunter2!"}}]},
            "certificate-authority-data",
            id="not-base64",
        ),
    ],
)
def test_malformed_fields_are_named_and_not_quoted(document: Any, place: str) -> None:
    with pytest.raises(SpecError, match=place) as caught:
        kubeconfig.parse(document, "file")
    assert "123456" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_users_are_never_shown() -> None:
    user = select(FIRST).user
    assert "t1" not in repr(user)
    assert "pw" not in repr(kubeconfig.ExecVariable(name="X", value="pw"))
