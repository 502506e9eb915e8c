"""Pods and what makes them, as a manifest has them."""

from collections.abc import Mapping
from typing import Any

USE = "azure.workload.identity/use"
LABELLED = {USE: "true"}


def pod(
    spec: Mapping[str, Any] | None = None,
    *,
    labels: Any = None,
    annotations: Any = None,
    account: str = "reader",
) -> dict[str, Any]:
    """A pod with one container unless `spec` says otherwise."""
    metadata = {"name": "api", "namespace": "apps", "labels": labels or {}, "annotations": annotations or {}}
    fields = {"serviceAccountName": account, "containers": [{"name": "app", "image": "app:1"}]} | dict(spec or {})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": fields}


def deployment(template: Mapping[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """A Deployment of such pods; `metadata` is its own."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "apps"} | metadata,
        "spec": {"template": _template(template or pod())},
    }


def cron_job(template: Mapping[str, Any] | None = None, **job_metadata: Any) -> dict[str, Any]:
    """A CronJob of such pods; `job_metadata` is that of its jobs."""
    job = {"metadata": job_metadata, "spec": {"template": _template(template or pod())}}
    metadata = {"name": "api", "namespace": "apps"}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": {"jobTemplate": job}}


def container(name: str = "app", **fields: Any) -> dict[str, Any]:
    """A pod's spec with one container of these fields."""
    return {"containers": [{"name": name, "image": "app:1"} | fields]}


def service_account(annotations: Any = None, *, name: str = "reader", **metadata: Any) -> dict[str, Any]:
    """A ServiceAccount."""
    given = {"name": name, "namespace": "apps", "annotations": annotations or {}} | metadata
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": given}


def _template(made: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in made["metadata"].items() if key not in {"name", "namespace"}}
    return {"metadata": metadata, "spec": made["spec"]}
