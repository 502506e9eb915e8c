import json
from collections.abc import Iterator
from typing import Any

import pytest

from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS

EXPECTED = {
    ("", "v1"): "ConfigMap Event Namespace Node Pod Secret Service ServiceAccount",
    ("storage.k8s.io", "v1"): "CSIDriver CSINode",
    ("apps", "v1"): "DaemonSet Deployment ReplicaSet StatefulSet",
    ("coordination.k8s.io", "v1"): "Lease",
    ("policy", "v1"): "PodDisruptionBudget",
    ("networking.k8s.io", "v1"): "NetworkPolicy",
    ("rbac.authorization.k8s.io", "v1"): "ClusterRole ClusterRoleBinding Role RoleBinding",
    ("events.k8s.io", "v1"): "Event",
    ("apiextensions.k8s.io", "v1"): "CustomResourceDefinition",
    ("admissionregistration.k8s.io", "v1"): "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    ("authentication.k8s.io", "v1"): "SelfSubjectReview TokenRequest TokenReview",
    ("authorization.k8s.io", "v1"): "LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview",
}


def test_has_exactly_the_built_in_kinds() -> None:
    expected = {(*group_version, kind) for group_version, kinds in EXPECTED.items() for kind in kinds.split()}

    assert set(SCHEMAS) == expected


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=["/".join(key) for key in SCHEMAS])
def test_every_part_is_well_formed(schema: dict[str, Any]) -> None:
    assert [problem for path, part in _walk("", schema) for problem in _problems(path, part)] == []
    json.dumps(schema)


def _problems(path: str, part: dict[str, Any]) -> Iterator[str]:
    properties = part.get("properties", {})
    if "type" not in part and "anyOf" not in part:
        yield f"{path}: no type"
    if path.endswith(".") and not part.get("description"):
        yield f"{path}: no description"
    if part.get("type") == "array" and "items" not in part:
        yield f"{path}: no items"
    if set(part.get("required", ())) - set(properties):
        yield f"{path}: requires what it does not have"
    if part.get("x-kubernetes-list-type") == "map":
        items = part["items"]
        unknown = set(part["x-kubernetes-list-map-keys"]) - set(items.get("properties", {}))
        if unknown and not items.get("x-kubernetes-preserve-unknown-fields"):
            yield f"{path}: keys {unknown} are not in its elements"


def _walk(path: str, part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, part
    for name, child in part.get("properties", {}).items():
        yield from _walk(f"{path}{name}.", child)
    for word in ("items", "additionalProperties"):
        if word in part:
            yield from _walk(f"{path}{word}[]", part[word])
