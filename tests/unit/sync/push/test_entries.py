from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec.keys import ObjectType
from keyferry.sync.push import entries
from keyferry.sync.push.entries import Placement
from keyferry.sync.push.state import StoreToWrite
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.template.functions.function import Surroundings
from tests.fakes.push_secrets import RECORD, parsed, target

KEYS = ("db-user", "db-pass", "other")


def data(key: str, remote: str, **more: Any) -> dict[str, Any]:
    return {"match": {"secretKey": key, "remoteRef": {"remoteKey": remote}}} | more


def to(**more: Any) -> dict[str, Any]:
    return {"storeRef": {"name": "kv"}} | more


def placed(spec: dict[str, Any], store: StoreToWrite | None = None, keys: tuple[str, ...] = KEYS) -> list[Placement]:
    made = parsed(**({"data": []} | spec))
    return list(entries.placements(made, store or target(), keys, Engine(Compiled(), Surroundings())))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"data": [data("other", "a")]}, {"a": "other"}, id="data"),
        pytest.param({"data": [data("", "a")]}, {"a": ""}, id="whole-secret"),
        pytest.param({"dataTo": [to()]}, {key: key for key in KEYS}, id="every-key"),
        pytest.param(
            {"dataTo": [to(match={"regexp": "^db"})]}, {"db-user": "db-user", "db-pass": "db-pass"}, id="regexp"
        ),
        pytest.param({"dataTo": [to(match={"regexp": "^no"})]}, {}, id="no-key-matches"),
        pytest.param(
            {"dataTo": [to(match={"regexp": "^db"}, rewrite=[{"regexp": {"source": "^db-(.*)", "target": "x-$1"}}])]},
            {"x-user": "db-user", "x-pass": "db-pass"},
            id="rewrite",
        ),
        pytest.param(
            {"dataTo": [to(match={"regexp": "^other"}, rewrite=[{"transform": {"template": "{{ .value }}-1"}}])]},
            {"other-1": "other"},
            id="transform",
        ),
        pytest.param({"dataTo": [to(remoteKey="all")]}, {"all": ""}, id="bundle"),
        pytest.param(
            {"dataTo": [to()], "data": [data("other", "mine")]},
            {"db-user": "db-user", "db-pass": "db-pass", "mine": "other"},
            id="data-wins",
        ),
        pytest.param(
            {"dataTo": [to(remoteKey="all")], "data": [data("other", "mine")]},
            {"all": "", "mine": "other"},
            id="a-bundle-stays-whole",
        ),
    ],
)
def test_what_goes_where(spec: dict[str, Any], expected: dict[str, str]) -> None:
    assert {placement.name: placement.secret_key for placement in placed(spec)} == expected


def test_a_bundle_has_the_keys_that_match() -> None:
    (bundle,) = placed({"dataTo": [to(remoteKey="all", match={"regexp": "^db"})]})
    assert bundle.keys == frozenset({"db-user", "db-pass"})
    assert bundle.record == {"match": {"remoteRef": {"remoteKey": "all"}}, "conversionStrategy": "None"}


def test_keys_are_converted_before_they_are_matched_and_named() -> None:
    reverse = {"conversionStrategy": "ReverseUnicode"}
    rewrite = [{"regexp": {"source": "/", "target": "-"}}]
    spec = {"dataTo": [to(match={"regexp": "/"}, rewrite=rewrite, **reverse)], "data": [data("x/y", "xy", **reverse)]}
    found = placed(spec, keys=("a_U002f_b", "x_U002f_y"))
    assert {placement.name: placement.secret_key for placement in found} == {"a-b": "a/b", "xy": "x/y"}


@pytest.mark.parametrize(
    ("choice", "store", "fits"),
    [
        pytest.param({"name": "kv"}, target("kv"), True, id="name"),
        pytest.param({"name": "kv"}, target("kv", "ClusterSecretStore"), False, id="other-kind"),
        pytest.param({"labelSelector": {"matchLabels": {"a": "b"}}}, target("kv", a="b"), True, id="labels"),
        pytest.param({"labelSelector": {"matchLabels": {"a": "b"}}}, target("kv", a="c"), False, id="other-labels"),
    ],
)
def test_data_to_goes_to_the_stores_that_it_means(choice: dict[str, Any], store: StoreToWrite, fits: bool) -> None:
    assert bool(placed({"dataTo": [{"storeRef": choice}]}, store)) is fits


def test_the_status_tells_an_entry_as_upstream_does() -> None:
    (plain,) = placed({"data": [data("k", "remote")]}, keys=("k",))
    assert (plain.name, plain.record) == ("remote", RECORD)
    assert plain.object.type is ObjectType.SECRET
    metadata = {"apiVersion": "kubernetes.external-secrets.io/v1alpha1", "kind": "PushSecretMetadata"}
    entry = {"match": {"secretKey": "k", "remoteRef": {"remoteKey": "cert/web", "property": "p"}}, "metadata": metadata}
    (full,) = placed({"data": [entry]}, keys=("k",))
    assert full.name == "cert/web/p"
    assert full.record == entry | {"conversionStrategy": "None"}


@pytest.mark.parametrize(
    ("spec", "words", "path"),
    [
        pytest.param({"data": [data("no", "a")]}, "has no key no", "spec.data[0].match.secretKey", id="no-such-key"),
        pytest.param(
            {"data": [data("other", "a"), data("db-user", "a")]}, "two entries go to a", "spec.data[1]", id="twice"
        ),
        pytest.param({"dataTo": [to(), to()]}, "two entries go to", "spec.dataTo[1]", id="twice-by-patterns"),
        pytest.param(
            {"dataTo": [to(rewrite=[{"regexp": {"source": ".*", "target": "one"}}])]},
            "two entries go to one",
            "spec.dataTo[0]",
            id="keys-that-become-one",
        ),
        pytest.param(
            {"dataTo": [to(rewrite=[{"regexp": {"source": "$", "target": "_"}}])]},
            "not a name that Key Vault can have",
            "spec.dataTo[0]",
            id="no-name-of-a-vault",
        ),
    ],
)
def test_what_cannot_be_placed_is_told(spec: dict[str, Any], words: str, path: str) -> None:
    with pytest.raises(SpecError, match=words) as refusal:
        placed(spec)
    assert refusal.value.where is not None
    assert refusal.value.where.path == path


def test_a_source_without_keys_says_so() -> None:
    with pytest.raises(SpecError, match="it has none"):
        placed({"data": [data("k", "a")]}, keys=())
