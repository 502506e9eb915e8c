"""A refresh each few seconds is told to its owner; what all ask of one vault to one of them."""

from typing import Any

import pytest

from keyferry.advice.documents import Documents
from keyferry.advice.rules.refreshing import CHECKS
from keyferry.advice.surroundings import Nothing, Refreshes
from tests.fakes import external_secrets
from tests.fakes.advice import findings, found

ES = "external-secrets.io/v1"


def external(name: str = "db", **spec: Any) -> dict[str, Any]:
    return external_secrets.document(spec, name=name)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(external(refreshInterval="1h"), [], id="an-hour"),
        pytest.param(external(refreshInterval="1m"), [], id="a-minute"),
        pytest.param(external(refreshInterval="59s"), ["spec.refreshInterval"], id="less"),
        pytest.param(external(refreshInterval="0"), [], id="once"),
        pytest.param(external(refreshInterval="-1s"), [], id="negative-is-once"),
        pytest.param(external(refreshInterval="soon"), [], id="no-duration"),
        pytest.param(external(refreshInterval=5), [], id="no-text"),
        pytest.param(external(refreshInterval="1s", refreshPolicy="OnChange"), [], id="on-change"),
        pytest.param(external(refreshInterval="1s", refreshPolicy="Periodic"), ["spec.refreshInterval"], id="periodic"),
        pytest.param(
            {
                "apiVersion": ES,
                "kind": "ClusterExternalSecret",
                "spec": {"externalSecretSpec": {"refreshInterval": "5s"}},
            },
            ["spec.externalSecretSpec.refreshInterval"],
            id="fan-out",
        ),
        pytest.param(
            {"apiVersion": "other/v1", "kind": "PushSecret", "spec": {"refreshInterval": "5s"}}, [], id="another-group"
        ),
    ],
)
def test_intervals(document: dict[str, Any], paths: list[str]) -> None:
    assert found(CHECKS, document, "refresh-interval") == paths


def test_the_number_of_reads_is_told() -> None:
    (finding,) = findings(CHECKS, external(refreshInterval="30s"), "refresh-interval")
    assert finding.message == "is 30s: up to 120 reads an hour for each key"


def test_one_of_many_tells_what_all_ask_of_a_vault() -> None:
    many = [external(f"es-{number}", refreshInterval="1s") for number in range(101)]
    known = Documents(many).around()
    told = [findings(CHECKS, document, "vault-budget", known) for document in many]
    assert [len(each) for each in told] == [1] + [0] * 100
    assert "101 ExternalSecrets" in told[0][0].message
    assert "1,010 reads in 10 s " in told[0][0].message
    assert "4,000" in told[0][0].message


class OfAWebhook(Nothing):
    """Knows one vault, and of nobody who tells it."""

    def __init__(self, reads_a_second: float) -> None:
        self.reads_a_second = reads_a_second

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        return Refreshes(objects=9, keys=99, reads_a_second=self.reads_a_second)


@pytest.mark.parametrize(
    ("document", "reads", "paths"),
    [
        pytest.param(external(), 100.0, [], id="a-quarter"),
        pytest.param(external(), 100.1, ["spec.secretStoreRef"], id="beyond"),
        pytest.param(external(secretStoreRef={}), 999.0, [], id="no-store"),
    ],
)
def test_the_budget(document: dict[str, Any], reads: float, paths: list[str]) -> None:
    assert found(CHECKS, document, "vault-budget", OfAWebhook(reads)) == paths
    assert found(CHECKS, document, "vault-budget") == []
