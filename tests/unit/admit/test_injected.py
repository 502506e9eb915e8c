"""What injection warned of is known by its name, and nothing is where it was not asked."""

from typing import Any

import pytest

from keyferry.admit.injected import told

USE = {"azure.workload.identity/use": "true"}
VOLUMES = [{"name": "cache"}, {"name": "azure-workload-identity-reserved-0123"}]
PREFIX = "azure.workload.identity/"


def pod(kind: str = "Pod", labels: Any = USE, volumes: Any = VOLUMES, **annotations: str) -> dict[str, Any]:
    given = {f"{PREFIX}{key.replace('_', '-')}": value for key, value in annotations.items()}
    return {"kind": kind, "metadata": {"labels": labels, "annotations": given}, "spec": {"volumes": volumes}}


def mounting(name: str, path: str) -> dict[str, Any]:
    document = pod()
    document["spec"]["initContainers"] = [1, {"volumeMounts": [{"name": name, "mountPath": path}]}]
    return document


@pytest.mark.parametrize(
    ("document", "names"),
    [
        pytest.param(pod(), {"no-client-id"}, id="injected"),
        pytest.param(pod(kind="Deployment"), set(), id="no-pod"),
        pytest.param(pod(labels={}), set(), id="without-the-label"),
        pytest.param(pod(labels=1), set(), id="labels-that-are-none"),
        pytest.param(pod(volumes=[{"name": "cache"}, 1]), set(), id="not-injected"),
        pytest.param(pod(skip_containers="a,b"), {"no-client-id", "skip-containers"}, id="commas"),
        pytest.param(pod(skip_containers="a;b"), {"no-client-id"}, id="semicolons"),
        pytest.param(pod(inject_proxy_sidecar="0"), {"no-client-id", "proxy-sidecar"}, id="a-proxy-declined"),
        pytest.param(pod(inject_proxy_sidecar="true"), {"no-client-id"}, id="a-proxy-wanted"),
        pytest.param(mounting("cache", "/var/run/secrets/azure/wi/"), {"no-client-id", "token-path"}, id="occupied"),
        pytest.param(mounting("cache", "/cache"), {"no-client-id"}, id="mounted-elsewhere"),
        pytest.param(mounting(VOLUMES[1]["name"], "/var/run/secrets/azure/wi"), {"no-client-id"}, id="the-token"),
        pytest.param({"kind": "Pod", "metadata": 1}, set(), id="another-shape"),
    ],
)
def test_what_was_told(document: dict[str, Any], names: set[str]) -> None:
    assert told(document) == names
