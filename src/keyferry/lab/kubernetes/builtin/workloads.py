"""Pods and what makes them, and Services: the defaults and rules that a stored object shows.

The scheduler binds pods to nodes, and a kubelet runs them where there is one. Source:
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from typing import Any

from keyferry.lab.kubernetes import names, objects
from keyferry.lab.kubernetes.builtin import environment, volumes
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, required

POD_SELECTABLE = ("spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP")
_REPLICATED = ("Deployment", "ReplicaSet", "StatefulSet")
_POD_RULE = (
    "pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, "
    "`spec.activeDeadlineSeconds`, `spec.terminationGracePeriodSeconds` and `spec.tolerations` (additions alone)"
)
_CHANGING = (
    "tolerations",
    "activeDeadlineSeconds",
    "terminationGracePeriodSeconds",
    "schedulingGates",
    "ephemeralContainers",  # which have a path of their own
)
_ROLLING = "RollingUpdate"


def default_pod(new: Object, old: Object | None) -> None:
    """Fill in what every pod has; a new one is Pending."""
    if isinstance(new.get("spec"), dict):
        _default_pod_spec(new["spec"])
        if account := new["spec"].get("serviceAccountName") or new["spec"].get("serviceAccount"):
            new["spec"] |= {"serviceAccountName": account, "serviceAccount": account}
    if old is None:
        new["status"] = {"phase": "Pending", "qosClass": "BestEffort"}


def validate_pod(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a pod: it needs containers, and its specification hardly changes once it is there."""
    found = _pod_spec("spec", new.get("spec") or {})
    if old is not None and _fixed(new) != _fixed(old):
        found.append(forbidden("spec", _POD_RULE))
    return found


def default_controller(new: Object, _old: Object | None) -> None:
    """Fill in replicas, strategy and the pod template's defaults."""
    spec = new.get("spec")
    if not isinstance(spec, dict):
        return
    kind = new["kind"]
    if kind in _REPLICATED:
        spec.setdefault("replicas", 1)
    if kind != "ReplicaSet":
        spec.setdefault("revisionHistoryLimit", 10)
    if kind == "Deployment":
        spec.setdefault("progressDeadlineSeconds", 600)
        _default_strategy(spec, "strategy", maxUnavailable="25%", maxSurge="25%")
    if kind == "DaemonSet":
        _default_strategy(spec, "updateStrategy", maxUnavailable=1, maxSurge=0)
    if kind == "StatefulSet":
        spec.setdefault("podManagementPolicy", "OrderedReady")
        _default_strategy(spec, "updateStrategy", partition=0)
    template = objects.dig(spec, "template", "spec")
    if isinstance(template, dict):
        _default_pod_spec(template)


def validate_controller(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a Deployment and its like: the selector must match the template, and may never change."""
    spec = new.get("spec") or {}
    selector = spec.get("selector")
    found = []
    if not selector:
        found.append(required("spec.selector"))
    labels = objects.dig(spec, "template", "metadata", "labels") or {}
    wanted = objects.dig(selector, "matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        found.append(invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"))
    if old is not None and objects.dig(old, "spec", "selector") != selector:
        found.append(invalid("spec.selector", selector, "field is immutable"))
    return found + _pod_spec("spec.template.spec", objects.dig(spec, "template", "spec") or {})


def default_service(new: Object, _old: Object | None) -> None:
    """Fill in a Service's type and its ports' protocol and target."""
    spec = new.get("spec")
    if not isinstance(spec, dict):
        return
    spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    for port in objects.items(spec.get("ports")):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))


def _default_strategy(spec: Object, field: str, **rolling: Any) -> None:
    """Fill in a strategy, also one of which a part is told."""
    strategy = spec.setdefault(field, {})
    if isinstance(strategy, dict) and strategy.setdefault("type", _ROLLING) == _ROLLING:
        given = strategy.get("rollingUpdate")
        strategy["rollingUpdate"] = {**rolling, **(given if isinstance(given, dict) else {})}


def _default_pod_spec(spec: Object) -> None:
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    volumes.default(spec)
    fields = ("containers", "initContainers", "ephemeralContainers")
    for container in [one for field in fields for one in objects.items(spec.get(field))]:
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        container.setdefault("imagePullPolicy", _pull_policy(container.get("image")))
        for port in objects.items(container.get("ports")):
            port.setdefault("protocol", "TCP")


def _pull_policy(image: Any) -> str:
    tag = str(image or "").rpartition("/")[2].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _pod_spec(path: str, spec: Object) -> list[Problem]:
    containers = list(objects.items(spec.get("containers")))
    found = [] if containers else [required(f"{path}.containers")]
    seen: set[str] = set()
    for index, container in enumerate(containers):
        here = f"{path}.containers[{index}]"
        name = str(container.get("name") or "")
        found += names.label(f"{here}.name", name) if name else [required(f"{here}.name")]
        if name in seen:
            found.append(duplicate(f"{here}.name", name))
        seen.add(name)
        if not container.get("image"):
            found.append(required(f"{here}.image"))
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(objects.items(spec.get(kind))):
            found += environment.validate(f"{path}.{kind}[{index}]", container)
    return found + volumes.validate(path, spec)


def _fixed(pod: Object) -> Object:
    """Return the part of a pod's specification that nobody may change."""
    spec = {key: value for key, value in pod["spec"].items() if key not in _CHANGING}
    for field in ("containers", "initContainers"):
        spec[field] = [{**one, "image": ""} for one in objects.items(spec.get(field))]
    return spec
