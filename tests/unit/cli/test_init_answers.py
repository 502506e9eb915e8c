"""keyferry.cli.init_answers"""

import inspect

import pytest

from keyferry.cli import init
from keyferry.cli.init_answers import QUESTIONS, names_of
from tests.fakes.estate_documents import TENANT

BY_NAME = {question.name: question for question in QUESTIONS}


@pytest.mark.parametrize(
    ("name", "answer", "begin"),
    [
        pytest.param("name", "shop", "", id="name"),
        pytest.param("name", "Shop", "has capital letters", id="name-in-capitals"),
        pytest.param("tenant", TENANT, "", id="tenant"),
        pytest.param("tenant", "hunter2", "is 7 characters long", id="no-tenant"),
        pytest.param("location", "West Europe", 'is not the short name of a region: write "westeurope"', id="region"),
        pytest.param("cluster", "new-aks", "", id="cluster"),
        pytest.param("cluster", "eks", "is no kind of cluster: take one of aks, new-aks, oidc", id="no-cluster"),
        pytest.param("issuer", "https://i.example/", "", id="issuer"),
        pytest.param("issuer", "i.example", "does not begin with https://", id="no-issuer"),
        pytest.param("vault", "kv", "is 2 characters long", id="no-vault"),
        pytest.param("site", "a, b,c", "", id="sites"),
        pytest.param("site", "a,,c", "is empty", id="an-empty-site"),
        pytest.param("site", "a,a", "names a site twice", id="a-site-twice"),
        pytest.param("secret", "db_password", "has '_' as its character 3", id="no-secret"),
    ],
)
def test_answers_are_checked(name: str, answer: str, begin: str) -> None:
    fault = BY_NAME[name].fault(answer)
    assert fault.startswith(begin)
    assert bool(fault) is bool(begin)


@pytest.mark.parametrize(
    ("name", "answers", "default"),
    [
        pytest.param("name", {}, "", id="only-a-person-knows"),
        pytest.param("location", {}, "westeurope", id="location"),
        pytest.param("resource-group", {"name": "shop"}, "rg-shop", id="group"),
        pytest.param("cluster", {}, "aks", id="cluster"),
        pytest.param("cluster-name", {"name": "shop", "cluster": "aks"}, "aks-shop", id="name-of-an-aks"),
        pytest.param("cluster-name", {"name": "shop", "cluster": "oidc"}, "shop", id="name-of-another"),
        pytest.param("vault", {"name": "a" * 24}, f"kv-{'a' * 21}", id="vault-cut"),
        pytest.param("vault", {"name": f"{'a' * 20}-bcd"}, f"kv-{'a' * 20}", id="vault-cut-before-a-hyphen"),
        pytest.param("site", {}, "web", id="site"),
        pytest.param("secret", {}, "db-connection", id="secret"),
    ],
)
def test_defaults(name: str, answers: dict[str, str], default: str) -> None:
    assert BY_NAME[name].default(answers) == default
    assert not default or not BY_NAME[name].fault(default)


@pytest.mark.parametrize(
    ("cluster", "asked"),
    [
        pytest.param("aks", {"cluster-group"}, id="aks"),
        pytest.param("new-aks", set(), id="new-aks"),
        pytest.param("oidc", {"issuer"}, id="oidc"),
    ],
)
def test_a_question_comes_up_where_it_makes_sense(cluster: str, asked: set[str]) -> None:
    of_one = {"cluster-group", "issuer"}
    assert {name for name in BY_NAME if BY_NAME[name].is_asked({"cluster": cluster})} == set(BY_NAME) - of_one | asked


def test_every_question_is_a_flag() -> None:
    flags = {name.replace("_", "-") for name in inspect.signature(init.command).parameters}
    assert flags - {"out", "yes", "force"} == set(BY_NAME)
    assert BY_NAME["cluster-name"].flag == "--cluster-name"


def test_names_of_an_answer() -> None:
    assert names_of("a, b ,c") == ["a", "b", "c"]
