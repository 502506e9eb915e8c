from datetime import timedelta
from typing import Any

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec import fanout
from keyferry.spec.fanout import CLUSTER_EXTERNAL_SECRET, CLUSTER_PUSH_SECRET, Fanout
from keyferry.spec.problems import InvalidDocument

CHILD: dict[str, Any] = {
    "secretStoreRef": {"name": "kv", "kind": "ClusterSecretStore"},
    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
}
PUSH: dict[str, Any] = {
    "secretStoreRefs": [{"name": "kv"}],
    "selector": {"secret": {"name": "db"}},
    "data": [{"match": {"secretKey": "PASSWORD", "remoteRef": {"remoteKey": "db-password"}}}],
}


def document(version: str = "v1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "ClusterExternalSecret",
        "metadata": {"name": "shared", "uid": "u", "annotations": {"a": "b"}},
        "spec": {"externalSecretSpec": CHILD} | spec,
    }


def parse(**spec: Any) -> Fanout:
    return fanout.parse(CLUSTER_EXTERNAL_SECRET, document(**spec))


def refused(**spec: Any) -> list[str]:
    with pytest.raises(InvalidDocument) as problems:
        parse(**spec)
    return [problem.path for problem in problems.value.problems]


def test_says_what_goes_where() -> None:
    found = parse(
        externalSecretName="db",
        externalSecretMetadata={"labels": {"team": "a"}, "annotations": {"note": "x"}},
        refreshTime="5m",
        namespaces=["app"],
    )
    assert (found.name, found.uid, found.annotations) == ("shared", "u", {"a": "b"})
    assert (found.child_name, found.child_spec) == ("db", CHILD)
    assert (found.child_labels, found.child_annotations) == ({"team": "a"}, {"note": "x"})
    assert (found.refresh_interval, found.namespaces) == (timedelta(minutes=5), frozenset({"app"}))


def test_without_a_name_a_child_is_called_as_its_owner() -> None:
    assert (parse().child_name, parse().refresh_interval) == ("shared", timedelta(hours=1))


def test_a_refresh_time_of_zero_means_never() -> None:
    assert parse(refreshTime="0s").refresh_interval is None


@pytest.mark.parametrize(
    ("spec", "labels", "expected"),
    [
        pytest.param({}, {}, False, id="nowhere-without-selectors"),
        pytest.param({"namespaces": ["app"]}, {}, True, id="by-name"),
        pytest.param({"namespaceSelector": {}}, {}, True, id="an-empty-selector-fits-all"),
        pytest.param({"namespaceSelector": {"matchLabels": {"env": "prod"}}}, {"env": "prod"}, True, id="older-form"),
        pytest.param(
            {"namespaceSelectors": [{"matchLabels": {"env": "prod"}}, {"matchLabels": {"env": "dev"}}]},
            {"env": "dev"},
            True,
            id="any-of-them",
        ),
        pytest.param({"namespaceSelectors": [{"matchLabels": {"env": "x"}}]}, {"env": "y"}, False, id="none-of-them"),
        pytest.param(
            {"namespaceSelectors": [{"matchExpressions": [{"key": "env", "operator": "DoesNotExist"}]}]},
            {},
            True,
            id="by-expression",
        ),
        pytest.param(
            {"namespaces": ["web"], "namespaceSelector": {"matchLabels": {"env": "x"}}}, {"env": "x"}, True, id="either"
        ),
    ],
)
def test_namespaces(spec: dict[str, Any], labels: dict[str, str], expected: bool) -> None:
    assert parse(**spec).wants("app", labels) is expected


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        pytest.param({"refreshTime": "soon"}, ["spec.refreshTime"], id="interval"),
        pytest.param({"namespaces": ["App"]}, ["spec.namespaces[0]"], id="namespace"),
        pytest.param({"externalSecretName": "A_B"}, ["spec.externalSecretName"], id="name"),
        pytest.param({"externalSecretSpec": None}, ["spec.externalSecretSpec"], id="no-child"),
        pytest.param({"externalSecretSpec": "x"}, ["spec.externalSecretSpec"], id="child-of-a-wrong-type"),
        pytest.param({"externalSecretSpec": {}}, ["spec.externalSecretSpec"], id="a-child-that-delivers-nothing"),
        pytest.param(
            {"externalSecretSpec": CHILD | {"refreshInterval": "1x"}},
            ["spec.externalSecretSpec.refreshInterval"],
            id="inside-the-child",
        ),
        pytest.param(
            {"externalSecretMetadata": {"labels": {"a": "no label!"}, "annotations": {"": "x"}}},
            ["spec.externalSecretMetadata.labels[a]", "spec.externalSecretMetadata.annotations[]"],
            id="metadata",
        ),
        pytest.param(
            {"namespaceSelectors": [{"matchExpressions": [{"key": "a", "operator": "Has"}]}]},
            ["spec.namespaceSelectors[0].matchExpressions[0].operator"],
            id="selectors",
        ),
        pytest.param({"namespaceSelectorz": []}, ["spec.namespaceSelectorz"], id="misspelt"),
    ],
)
def test_tells_every_place_that_is_wrong(spec: dict[str, Any], paths: list[str]) -> None:
    assert refused(**spec)[: len(paths)] == paths


def test_what_a_child_names_in_its_store_is_told_by_the_child() -> None:
    spec = CHILD | {"data": [{"secretKey": "A", "remoteRef": {"key": "path/to/a", "version": "7"}}]}
    assert parse(externalSecretSpec=spec).child_spec == spec
    review = fanout.review(CLUSTER_EXTERNAL_SECRET, document(externalSecretSpec=spec))
    assert review.problems == ()
    assert [warning.path for warning in review.warnings] == [
        "spec.externalSecretSpec.data[0].remoteRef.key",
        "spec.externalSecretSpec.data[0].remoteRef.version",
    ]


def test_a_review_tells_what_upstreams_api_refuses() -> None:
    review = fanout.review(CLUSTER_EXTERNAL_SECRET, document("v1beta1", externalSecretSpec={}, refreshTime="soon"))
    assert [problem.path for problem in review.problems] == ["spec.externalSecretSpec"]
    assert [warning.path for warning in review.warnings] == ["apiVersion", "spec.refreshTime"]


def test_a_wrong_name_of_its_own_is_told_once() -> None:
    with pytest.raises(InvalidDocument) as problems:
        fanout.parse(CLUSTER_EXTERNAL_SECRET, document() | {"metadata": {"name": "A_B"}})
    assert [problem.path for problem in problems.value.problems] == ["metadata.name"]


def test_reads_the_older_version_too() -> None:
    assert fanout.parse(CLUSTER_EXTERNAL_SECRET, document("v1beta1")).child_spec == CHILD


def test_nulls_count_as_absent() -> None:
    assert parse(externalSecretSpec=CHILD | {"target": None}).child_spec == CHILD


def test_a_cluster_push_secret() -> None:
    spec = {"pushSecretSpec": PUSH, "pushSecretName": "up", "namespaceSelectors": [{"matchLabels": {"a": "b"}}]}
    parts = {"apiVersion": "external-secrets.io/v1alpha1", "kind": "ClusterPushSecret", "metadata": {"name": "shared"}}
    found = fanout.parse(CLUSTER_PUSH_SECRET, parts | {"spec": spec})
    assert (found.child_name, found.child_spec, found.wants("app", {"a": "b"})) == ("up", PUSH, True)


def test_another_kind_is_refused() -> None:
    with pytest.raises(SpecError, match="not of the kind"):
        fanout.parse(CLUSTER_PUSH_SECRET, document())


def test_defaults_make_no_difference() -> None:
    stored = CHILD | {"refreshInterval": "1h0m0s", "target": {"creationPolicy": "Owner", "deletionPolicy": "Retain"}}
    completed = fanout.complete(CLUSTER_EXTERNAL_SECRET, CHILD)
    assert fanout.complete(CLUSTER_EXTERNAL_SECRET, stored) == completed
    assert fanout.complete(CLUSTER_EXTERNAL_SECRET, CHILD | {"refreshInterval": "2h"}) != completed


def test_what_is_invalid_is_compared_as_it_is() -> None:
    assert fanout.complete(CLUSTER_EXTERNAL_SECRET, {"x": 1}) == {"x": 1}
