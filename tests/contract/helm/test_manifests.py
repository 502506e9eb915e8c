"""The chart says of the webhook and of the CSI driver what deploy/*.yaml say, and its processes have their flags."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.helm import rendering
from tests.contract.helm.rendering import container, objects, of_kind

DEPLOY = Path(__file__).parents[3] / "deploy"
CONFIGURATIONS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")

Json = dict[str, Any]


def manifest(component: str) -> list[Json]:
    return list(yaml.safe_load_all((DEPLOY / f"{component}.yaml").read_text()))


def test_the_webhook_is_registered_as_the_manifest_says() -> None:
    def registered(documents: list[Json]) -> dict[str, Json]:
        return {one["metadata"]["name"]: one["webhooks"] for one in of_kind(documents, *CONFIGURATIONS)}

    assert registered(objects()) == registered(manifest("webhook"))


def test_the_driver_is_the_manifests() -> None:
    def driver(documents: list[Json]) -> Json:
        (found,) = of_kind(documents, "CSIDriver")
        return {"name": found["metadata"]["name"], "spec": found["spec"]}

    assert driver(objects()) == driver(manifest("node"))


@pytest.mark.parametrize("component", ["operator", "webhook", "node"])
def test_flags_are_the_manifests_and_others_beside(component: str) -> None:
    (workload,) = of_kind(manifest(component), "Deployment", "DaemonSet")
    (wanted,) = workload["spec"]["template"]["spec"]["containers"]
    assert set(wanted["args"]) <= set(container(objects(), component)["args"])


def test_the_node_plugin_mounts_what_the_manifest_mounts() -> None:
    (workload,) = of_kind(manifest("node"), "DaemonSet")
    wanted, found = workload["spec"]["template"]["spec"], dict(rendering.pods(objects()))["node"]["spec"]
    assert found["volumes"] == wanted["volumes"]
    assert found["containers"][0]["volumeMounts"] == wanted["containers"][0]["volumeMounts"]
    assert found["containers"][0]["securityContext"] == wanted["containers"][0]["securityContext"]
    assert found["tolerations"] == wanted["tolerations"]


@pytest.mark.parametrize("component", ["operator", "webhook", "node"])
def test_kubelet_asks_the_same(component: str) -> None:
    (workload,) = of_kind(manifest(component), "Deployment", "DaemonSet")
    (wanted,) = workload["spec"]["template"]["spec"]["containers"]
    found = container(objects(), component)
    ports = {port["name"]: port["containerPort"] for port in wanted["ports"]}
    assert ports.items() <= {("health", found["ports"][0]["containerPort"])} | {
        (port["name"], port["containerPort"]) for port in found["ports"]
    }
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        ours, theirs = dict(found[probe]), dict(wanted[probe])
        assert ours.pop("httpGet")["path"] == theirs.pop("httpGet")["path"]
        assert ours == theirs
