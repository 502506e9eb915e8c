"""Pods that ask for workload identity, and what they are once a patch is applied by the lab's strict reading of it."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from keyferry.admit.injection.plan import Injection, plan, read
from keyferry.admit.injection.settings import InjectionSettings
from keyferry.lab.kubernetes.patches import json_patch

CLIENT = "11111111-1111-4111-8111-111111111111"
TENANT = "22222222-2222-4222-8222-222222222222"
SETTINGS = InjectionSettings(tenant_id=TENANT)
ACCOUNT: Mapping[str, str] = {"azure.workload.identity/client-id": CLIENT}


def pod(
    *containers: dict[str, Any], annotations: dict[str, str] | None = None, name: str = "web", **spec: Any
) -> dict[str, Any]:
    """A Pod with one container, unless others are given."""
    metadata: dict[str, Any] = {"name": name, "labels": {"azure.workload.identity/use": "true"}}
    if annotations is not None:
        metadata["annotations"] = annotations
    spec = {"serviceAccountName": "api", "containers": list(containers) or [{"name": "app", "image": "app:1"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def injected(
    given: dict[str, Any], account: Mapping[str, str] = ACCOUNT, settings: InjectionSettings = SETTINGS
) -> Injection:
    """Plan, and see that JSON comes to the same, that the pod is left as it is, and which operations are used."""
    before = copy.deepcopy(given)
    found, again = (_planned(form, account, settings) for form in (given, msgspec.Raw(json.dumps(given).encode())))
    assert found == again
    assert given == before
    assert {operation.op for operation in found.patch} <= {"add", "replace"}
    return found


def _planned(given: dict[str, Any] | msgspec.Raw, account: Mapping[str, str], settings: InjectionSettings) -> Injection:
    shape = read(given)
    return shape if isinstance(shape, Injection) else plan(shape, "payments", account, settings)


def patched(given: dict[str, Any], injection: Injection) -> dict[str, Any]:
    """Apply the patch, over the wire's form of it."""
    assert injection.refusal is None, injection.refusal
    return json_patch.apply(given, msgspec.json.decode(msgspec.json.encode(injection.patch)))


def after(
    given: dict[str, Any], account: Mapping[str, str] = ACCOUNT, settings: InjectionSettings = SETTINGS
) -> dict[str, Any]:
    """The pod as it is stored."""
    return patched(given, injected(given, account, settings))


def env(container: Mapping[str, Any]) -> dict[str, Any]:
    """A container's variables by name, in their order."""
    return {entry["name"]: entry.get("value") for entry in container.get("env") or ()}


def projected(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources of the volume that was injected."""
    (volume,) = (each for each in given["spec"]["volumes"] if each["name"].startswith("azure-workload-identity-res"))
    sources: list[dict[str, Any]] = volume["projected"]["sources"]
    return sources
