from typing import Any

import pytest

from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.spec import label_selectors
from keyferry.sync.push import targets
from keyferry.sync.state import WatchedStore
from tests.fakes.push_secrets import parsed, store

STORES = (
    store("kv", labels={"c": "blue"}),
    store("other", labels={"c": "blue"}),
    store("kv", "elsewhere", labels={"c": "blue"}),
    store("shared", "", labels={"c": "blue"}),
    store("going", labels={"c": "blue"}, deletionTimestamp="2026-01-01T00:00:00Z"),
)
BLUE = {"matchLabels": {"c": "blue"}}


def names(spec: dict[str, Any], stores: tuple[WatchedStore, ...] = STORES) -> list[str]:
    return [target.name for target in targets.resolved(parsed(**spec), stores)]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        pytest.param([{"name": "kv"}], ["SecretStore/kv"], id="name"),
        pytest.param([{"name": "shared", "kind": "ClusterSecretStore"}], ["ClusterSecretStore/shared"], id="cluster"),
        pytest.param([{"labelSelector": BLUE}], ["SecretStore/kv", "SecretStore/other"], id="labels"),
        pytest.param(
            [{"labelSelector": BLUE, "kind": "ClusterSecretStore"}], ["ClusterSecretStore/shared"], id="cluster-labels"
        ),
        pytest.param([{"name": "kv"}, {"labelSelector": BLUE}], ["SecretStore/kv", "SecretStore/other"], id="once"),
        pytest.param([{"name": "going"}], [], id="being-deleted"),
        pytest.param([{"labelSelector": {"matchLabels": {"c": "red"}}}], [], id="none-fits"),
    ],
)
def test_the_stores_that_are_meant(choices: list[dict[str, Any]], expected: list[str]) -> None:
    assert names({"secretStoreRefs": choices}) == expected


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        pytest.param({"secretStoreRefs": [{"name": "no"}]}, NotFound, "SecretStore app/no does not exist", id="absent"),
        pytest.param(
            {"secretStoreRefs": [{"name": "no", "kind": "ClusterSecretStore"}]},
            NotFound,
            "ClusterSecretStore no does not exist",
            id="absent-of-the-cluster",
        ),
        pytest.param(
            {"dataTo": [{"storeRef": {"labelSelector": {"matchLabels": {"c": "red"}}}}]},
            SpecError,
            "goes to no store",
            id="data-to-no-store",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(spec: dict[str, Any], error: type[KeyferryError], words: str) -> None:
    with pytest.raises(error, match=words):
        names(spec)


def test_data_to_may_mean_some_of_the_stores() -> None:
    assert names({"dataTo": [{"storeRef": {"labelSelector": BLUE}}]}) == ["SecretStore/kv"]


def test_a_selector_as_the_api_takes_it() -> None:
    expressions = [
        {"key": "a", "operator": "In", "values": ["y", "x"]},
        {"key": "b", "operator": "NotIn", "values": ["z"]},
        {"key": "c", "operator": "Exists"},
        {"key": "d", "operator": "DoesNotExist"},
    ]
    selector = label_selectors.parse({"matchLabels": {"l": "v"}, "matchExpressions": expressions})
    assert targets.label_selector(selector) == "l=v,a in (x,y),b notin (z),c,!d"
