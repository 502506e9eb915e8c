"""Whatever the values: names are unique, selectors choose, ports lead somewhere, pods are restricted."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from typer.main import get_command

from keyferry.cli.main import app
from tests.contract.helm import rendering, variants
from tests.contract.helm.rendering import Json, objects, of_kind, pods

pytestmark = pytest.mark.parametrize("values", variants.VARIANTS)


def is_chosen(labels: Mapping[str, str], selector: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items()


def workloads(documents: list[Json]) -> list[Json]:
    return of_kind(documents, "Deployment", "DaemonSet")


def in_namespace(documents: list[Json], namespace: str) -> list[Json]:
    return [document for document in documents if document["metadata"].get("namespace") == namespace]


def ports_of(template: Json) -> set[str]:
    return {port["name"] for one in template["spec"]["containers"] for port in one["ports"]}


def test_every_object_has_its_own_name_and_the_charts_labels(values: Mapping[str, Any]) -> None:
    documents = objects(values)
    names = Counter(
        (document["apiVersion"], document["kind"], document["metadata"].get("namespace"), document["metadata"]["name"])
        for document in documents
    )
    assert [name for name, times in names.items() if times > 1] == []
    for document in documents:
        assert len(document["metadata"]["name"]) <= 63
        if document["kind"] != "CustomResourceDefinition":
            labels = document["metadata"]["labels"]
            assert labels["app.kubernetes.io/instance"] == rendering.RELEASE
            assert values.get("commonLabels", {}).items() <= labels.items()
            assert all(isinstance(value, str) for value in labels.values())


def test_selectors_choose_the_pods_of_one_workload(values: Mapping[str, Any]) -> None:
    documents = objects(values)
    templates = {
        (document["metadata"]["namespace"], document["metadata"]["name"]): document["spec"]["template"]["metadata"]
        for document in workloads(documents)
    }
    choosing = [
        (document, document["spec"]["selector"]["matchLabels"])
        for document in of_kind(documents, "Deployment", "DaemonSet", "PodDisruptionBudget")
    ]
    choosing += [(each, each["spec"]["selector"]) for each in of_kind(documents, "Service")]
    choosing += [(each, each["spec"]["podSelector"]["matchLabels"]) for each in of_kind(documents, "NetworkPolicy")]
    for document, selector in choosing:
        namespace = document["metadata"]["namespace"]
        chosen = [name for name, pod in templates.items() if is_chosen(pod["labels"], selector)]
        assert [place[0] for place in chosen] == [namespace], document["metadata"]["name"]


def test_ports_lead_somewhere(values: Mapping[str, Any]) -> None:
    documents = objects(values)
    templates = dict(pods(documents))
    for component, template in templates.items():
        container = template["spec"]["containers"][0]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["port"] in ports_of(template), component
    for service in of_kind(documents, "Service"):
        template = templates[service["metadata"]["labels"]["app.kubernetes.io/component"]]
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports_of(template)
    for policy in of_kind(documents, "NetworkPolicy"):
        template = templates[policy["metadata"]["labels"]["app.kubernetes.io/component"]]
        named = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
        assert named == ports_of(template)


def test_what_is_named_is_there(values: Mapping[str, Any]) -> None:
    """Roles, Services and what is mounted; ServiceAccounts, where the chart makes them."""
    documents = objects(values)
    there = {(each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]) for each in documents}
    for workload in workloads(documents):
        namespace, spec = workload["metadata"]["namespace"], workload["spec"]["template"]["spec"]
        assert ("ServiceAccount", namespace, spec["serviceAccountName"]) in there
        volumes = {volume["name"] for volume in spec.get("volumes", ())}
        assert len(volumes) == len(spec.get("volumes", ()))
        assert {mount["name"] for mount in spec["containers"][0].get("volumeMounts", ())} == volumes
    for binding in of_kind(documents, "RoleBinding", "ClusterRoleBinding"):
        reference = binding["roleRef"]
        namespace = binding["metadata"].get("namespace", "") if reference["kind"] == "Role" else ""
        assert (reference["kind"], namespace, reference["name"]) in there
        assert {("ServiceAccount", one["namespace"], one["name"]) for one in binding["subjects"]} <= there
    for configuration in of_kind(documents, "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for entry in configuration["webhooks"]:
            service = entry["clientConfig"]["service"]
            assert ("Service", service["namespace"], service["name"]) in there


def test_the_commands_know_every_flag(values: Mapping[str, Any]) -> None:
    commands = getattr(get_command(app), "commands")  # noqa: B009  (a group's, which its type does not tell)
    for component, template in pods(objects(values)):
        name, *flags = template["spec"]["containers"][0]["args"]
        assert name == component
        with commands[name].make_context(name, list(flags)) as context:
            assert context.params


def test_what_a_process_reads_or_writes_is_mounted(values: Mapping[str, Any]) -> None:
    """Flags and variables that name a place; kubelet's own folders lie outside."""
    for component, template in pods(objects(values)):
        container = template["spec"]["containers"][0]
        mounts = {mount["mountPath"] for mount in container.get("volumeMounts", ())}
        flags = dict(flag.split("=", 1) for flag in container["args"] if "=" in flag)
        told = {name: place for name, place in flags.items() if not name.startswith("--kubelet")}
        told |= {one["name"]: str(one.get("value", "")) for one in container["env"]}
        for name, place in told.items():
            path = place.removeprefix("unix://")
            if path.startswith("/"):
                assert any(path == mount or path.startswith(f"{mount}/") for mount in mounts), (component, name)


def test_prometheus_finds_every_component(values: Mapping[str, Any]) -> None:
    documents = objects(values)
    for monitor in of_kind(documents, "ServiceMonitor"):
        labels = monitor["spec"]["selector"]["matchLabels"]
        chosen = [one for one in of_kind(documents, "Service") if is_chosen(one["metadata"]["labels"], labels)]
        assert len(chosen) == len(workloads(documents))
        assert {one["metadata"]["namespace"] for one in chosen} == set(
            monitor["spec"]["namespaceSelector"]["matchNames"]
        )
        for service in chosen:
            ports = {port["name"] for port in service["spec"]["ports"]}
            assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} == ports


def test_operator_and_webhook_are_restricted(values: Mapping[str, Any]) -> None:
    """The level `restricted`: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    for component, template in pods(objects(values)):
        spec = template["spec"]
        assert not {"hostPID", "hostIPC"} & spec.keys()
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        if component == "node":
            continue
        (container,) = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        kinds = {kind for volume in spec.get("volumes", ()) for kind in volume if kind != "name"}
        assert kinds <= {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret"}
        assert not any("hostPort" in port for port in container["ports"])


def test_no_value_is_written_down(values: Mapping[str, Any]) -> None:
    """The chart makes no Secret: what is secret never passes through a release."""
    assert of_kind(objects(values), "Secret") == []
