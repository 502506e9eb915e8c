"""keyferry.cli.init_run"""

from pathlib import Path

import pytest

from keyferry.cli import init_run
from keyferry.cli.init_answers import Question
from keyferry.cli.init_run import Wish
from keyferry.model.errors import SpecError
from tests.fakes.estate_documents import SUBSCRIPTION, TENANT

GIVEN = {"name": "shop", "tenant": TENANT, "subscription": SUBSCRIPTION, "cluster": "new-aks"}


class Person:
    """Somebody at a terminal, who knows some answers and else takes what is proposed."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    def answer(self, question: Question, default: str) -> str:
        self.asked.append(question.name)
        return self.known.get(question.name.replace("-", "_"), default)


def test_asks_what_no_flag_says() -> None:
    person = Person(name="shop", tenant=TENANT, cluster="oidc", issuer="https://i.example")
    answers = init_run.answered({"subscription": SUBSCRIPTION, "site": "a"}, person.answer)
    assert person.asked == [
        *("name", "tenant", "location", "resource-group", "cluster", "cluster-name", "issuer", "vault", "secret")
    ]
    assert (answers["cluster-name"], answers["vault"], answers["site"]) == ("shop", "kv-shop", "a")


def test_takes_defaults_where_nobody_is_there() -> None:
    answers = init_run.answered(GIVEN, None)
    assert (answers["resource-group"], answers["cluster-name"], answers["secret"]) == (
        "rg-shop",
        "aks-shop",
        "db-connection",
    )


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        pytest.param(
            {},
            ["--name is missing", "--tenant is missing", "--subscription is missing", "--cluster-group is missing"],
            id="nothing",
        ),
        pytest.param(
            {"cluster": "oidc"} | {"name": "shop", "tenant": TENANT, "subscription": SUBSCRIPTION},
            ["--issuer is missing"],
            id="issuer",
        ),
        pytest.param(
            GIVEN | {"tenant": "x", "vault": "kv"},
            ["--tenant is 1 character long", "--vault is 2 characters long"],
            id="wrong",
        ),
        pytest.param(
            GIVEN | {"issuer": "https://i.example", "cluster-group": "rg"},
            ["--cluster-group does not go with --cluster new-aks", "--issuer does not go with --cluster new-aks"],
            id="in-vain",
        ),
        pytest.param(
            GIVEN | {"cluster": "oidc", "issuer": "https://i.example", "name": "e" * 24, "resource-group": ""},
            ["--resource-group is empty"],
            id="empty",
        ),
    ],
)
def test_tells_every_flag_that_is_wrong_or_missing(given: dict[str, str], flags: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        init_run.answered(given, None)
    lines = caught.value.cause.splitlines()
    assert len(lines) == len(flags)
    assert [line for line, flag in zip(lines, flags, strict=True) if not line.startswith(flag)] == []


def test_writes_the_file_whole(tmp_path: Path) -> None:
    init_run.run(GIVEN, Wish(out=str(tmp_path / "new" / "k.yaml"), force=False), None)
    assert (tmp_path / "new" / "k.yaml").read_text().endswith("key: shop.tfstate}\n")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["k.yaml"]


def test_overwrites_nothing_unless_told_to(tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.write_text("mine")
    person = Person()
    with pytest.raises(SpecError) as caught:
        init_run.run({}, Wish(out=str(path), force=False), person.answer)
    assert (path.read_text(), person.asked) == ("mine", [])
    assert caught.value.what == f"{path} is there already"
    init_run.run(GIVEN, Wish(out=str(path), force=True), None)
    assert "kind: Estate" in path.read_text()


def test_a_dash_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    init_run.run(GIVEN, Wish(out="-", force=False), None)
    assert "kind: Estate" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
