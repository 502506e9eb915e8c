"""The table of built-in kinds.

Names, short names and categories: https://kubernetes.io/docs/reference/kubectl/#resource-types.
"""

from typing import Any

from keyferry.lab.kubernetes import names
from keyferry.lab.kubernetes.builtin import (
    csi,
    definitions,
    disruption,
    events,
    namespaces,
    network_policies,
    nodes,
    rbac,
    secrets,
    webhooks,
    workloads,
)
from keyferry.lab.kubernetes.resources import Behaviour, Resource
from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_REVIEW = ("create",)
_PATH_NAMED = names.path_segment


def resources() -> list[Resource]:
    """Return every built-in resource, each kind's stored version before its others."""
    return [*_core(), *_nodes(), *_workloads(), *_access(), *_extensions(), *_reviews()]


def _core() -> list[Resource]:
    return [
        _kind(
            "v1",
            "Namespace",
            "namespaces",
            namespaced=False,
            short_names=("ns",),
            verbs=namespaces.VERBS,
            has_status=True,
            selectable_fields=("status.phase",),
            behaviour=Behaviour(default=namespaces.default, name_rule=names.label),
        ),
        _kind(
            "v1",
            "Secret",
            "secrets",
            selectable_fields=("type",),
            behaviour=Behaviour(default=secrets.default_secret, validate=secrets.validate_secret),
        ),
        _kind(
            "v1",
            "ConfigMap",
            "configmaps",
            short_names=("cm",),
            behaviour=Behaviour(validate=secrets.validate_config_map),
        ),
        _kind("v1", "ServiceAccount", "serviceaccounts", short_names=("sa",), subresources=("token",)),
        _kind(
            "v1",
            "Event",
            "events",
            short_names=("ev",),
            selectable_fields=events.SELECTABLE,
            behaviour=Behaviour(validate=events.validate_core),
        ),
        _kind(
            "events.k8s.io/v1",
            "Event",
            "events",
            short_names=("ev",),
            storage=("", "events"),
            selectable_fields=events.NEW_SELECTABLE,
            behaviour=Behaviour(
                validate=events.validate,
                to_storage=events.to_core,
                from_storage=events.from_core,
            ),
        ),
        _kind(
            "v1",
            "Service",
            "services",
            short_names=("svc",),
            categories=("all",),
            has_status=True,
            behaviour=Behaviour(default=workloads.default_service, name_rule=names.label),
        ),
        _kind("coordination.k8s.io/v1", "Lease", "leases", unconditional_update=False),
    ]


def _nodes() -> list[Resource]:
    return [
        _kind(
            "v1",
            "Node",
            "nodes",
            namespaced=False,
            short_names=("no",),
            has_status=True,
            status_at_birth=True,
            selectable_fields=("spec.unschedulable",),
            behaviour=Behaviour(default=nodes.default, validate=nodes.validate),
        ),
        _kind(
            "storage.k8s.io/v1",
            "CSIDriver",
            "csidrivers",
            namespaced=False,
            behaviour=Behaviour(default=csi.default_driver, validate=csi.validate_driver),
        ),
        _kind(
            "storage.k8s.io/v1",
            "CSINode",
            "csinodes",
            namespaced=False,
            behaviour=Behaviour(validate=csi.validate_node),
        ),
    ]


def _workloads() -> list[Resource]:
    pod = Behaviour(default=workloads.default_pod, validate=workloads.validate_pod)
    controller = Behaviour(default=workloads.default_controller, validate=workloads.validate_controller)
    common: dict[str, Any] = {"has_status": True, "tracks_generation": True, "categories": ("all",)}
    scaled = common | {"behaviour": controller, "subresources": ("scale",)}
    return [
        _kind(
            "v1",
            "Pod",
            "pods",
            short_names=("po",),
            subresources=("binding", "ephemeralcontainers", "log"),
            selectable_fields=workloads.POD_SELECTABLE,
            behaviour=pod,
            **common,
        ),
        _kind("apps/v1", "Deployment", "deployments", short_names=("deploy",), **scaled),
        _kind("apps/v1", "ReplicaSet", "replicasets", short_names=("rs",), **scaled),
        _kind("apps/v1", "StatefulSet", "statefulsets", short_names=("sts",), **scaled),
        _kind("apps/v1", "DaemonSet", "daemonsets", short_names=("ds",), behaviour=controller, **common),
        _kind(
            "policy/v1",
            "PodDisruptionBudget",
            "poddisruptionbudgets",
            short_names=("pdb",),
            has_status=True,
            tracks_generation=True,
            behaviour=Behaviour(validate=disruption.validate),
        ),
        _kind(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "networkpolicies",
            short_names=("netpol",),
            tracks_generation=True,
            behaviour=Behaviour(default=network_policies.default, validate=network_policies.validate),
        ),
    ]


def _access() -> list[Resource]:
    role = Behaviour(validate=rbac.validate_role, name_rule=_PATH_NAMED)
    binding = Behaviour(default=rbac.default_binding, validate=rbac.validate_binding, name_rule=_PATH_NAMED)
    return [
        _kind(f"{_RBAC}/v1", "Role", "roles", behaviour=role),
        _kind(f"{_RBAC}/v1", "ClusterRole", "clusterroles", namespaced=False, behaviour=role),
        _kind(f"{_RBAC}/v1", "RoleBinding", "rolebindings", behaviour=binding),
        _kind(f"{_RBAC}/v1", "ClusterRoleBinding", "clusterrolebindings", namespaced=False, behaviour=binding),
    ]


def _extensions() -> list[Resource]:
    return [
        _kind(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            namespaced=False,
            short_names=("crd", "crds"),
            categories=("api-extensions",),
            has_status=True,
            tracks_generation=True,
            behaviour=Behaviour(default=definitions.default, validate=definitions.validate),
        ),
        _kind(
            f"{_ADMISSION}/v1",
            "MutatingWebhookConfiguration",
            "mutatingwebhookconfigurations",
            namespaced=False,
            categories=("api-extensions",),
            tracks_generation=True,
            behaviour=Behaviour(default=webhooks.default_mutating, validate=webhooks.validate),
        ),
        _kind(
            f"{_ADMISSION}/v1",
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            namespaced=False,
            categories=("api-extensions",),
            tracks_generation=True,
            behaviour=Behaviour(default=webhooks.default_validating, validate=webhooks.validate),
        ),
    ]


def _reviews() -> list[Resource]:
    common: dict[str, Any] = {"namespaced": False, "verbs": _REVIEW}
    return [
        _kind("authentication.k8s.io/v1", "TokenReview", "tokenreviews", **common),
        _kind("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", **common),
        _kind("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews", **common),
        _kind("authorization.k8s.io/v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", verbs=_REVIEW),
        _kind("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", **common),
        _kind("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", **common),
    ]


def _kind(api_version: str, kind: str, plural: str, **fields: Any) -> Resource:
    group, _, version = api_version.rpartition("/")
    schema = SCHEMAS.get((group, version, kind), {})
    return Resource(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        schema=schema,
        **fields,
    )
