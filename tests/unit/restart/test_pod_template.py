"""Which sources a pod template names."""

from typing import Any

import msgspec
import pytest

from keyferry.restart.pod_template import PodTemplate


def used(**spec: Any) -> set[str]:
    read = msgspec.convert({"spec": spec}, type=PodTemplate)
    return {str(source) for source in read.used()}


def variable(**source: Any) -> dict[str, Any]:
    return {"name": "c", "env": [{"name": "A", "valueFrom": source}]}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param(
            {"containers": [variable(secretKeyRef={"name": "db", "key": "k"})]}, {"secret/db"}, id="a-variable"
        ),
        pytest.param(
            {"initContainers": [variable(secretKeyRef={"name": "db"})], "containers": [{"env": [{"value": "x"}]}]},
            {"secret/db"},
            id="an-init-container",
        ),
        pytest.param({"containers": [variable(configMapKeyRef={"name": "settings"})]}, set(), id="a-config-map"),
        pytest.param(
            {"containers": [{"envFrom": [{"secretRef": {"name": "db"}}, {"configMapRef": {"name": "c"}}]}]},
            {"secret/db"},
            id="a-whole-secret",
        ),
        pytest.param({"volumes": [{"secret": {"secretName": "tls"}}]}, {"secret/tls"}, id="a-volume"),
        pytest.param(
            {"volumes": [{"projected": {"sources": [{"secret": {"name": "tls"}}, {"serviceAccountToken": {}}]}}]},
            {"secret/tls"},
            id="a-projected-volume",
        ),
        pytest.param(
            {"volumes": [{"csi": {"driver": "d", "volumeAttributes": {"secretProviderClass": "kv"}}}]},
            {"class/kv"},
            id="a-mounted-class",
        ),
        pytest.param({"volumes": [{"csi": {"driver": "d"}}, {"emptyDir": {}}]}, set(), id="other-volumes"),
        pytest.param({"imagePullSecrets": [{"name": "registry"}]}, set(), id="pull-secrets-are-not-read-by-a-process"),
        pytest.param(
            {"containers": None, "initContainers": None, "volumes": [{"projected": {"sources": None}}]},
            set(),
            id="nulls",
        ),
        pytest.param({"volumes": [{"secret": {}}]}, set(), id="no-name"),
    ],
)
def test_what_pods_take_values_from(spec: dict[str, Any], expected: set[str]) -> None:
    assert used(**spec) == expected


def test_annotations_are_those_of_the_pods() -> None:
    assert msgspec.convert({"metadata": {"annotations": {"a": "b"}}}, type=PodTemplate).annotations == {"a": "b"}
    assert PodTemplate().annotations == {}
