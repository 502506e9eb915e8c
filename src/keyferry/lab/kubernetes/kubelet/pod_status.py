"""A pod's status, from what its containers and volumes are. Source: `kubernetes/pkg/kubelet/status/generate.go`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object

CREATING: Final = "ContainerCreating"
INITIALIZING: Final = "PodInitializing"
CONFIG_ERROR: Final = "CreateContainerConfigError"
CRASHING: Final = "CrashLoopBackOff"
_OWN: Final = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container. `state` has one key: waiting, running or terminated; `last` is the state before, {} for none."""

    name: str
    image: str
    state: Object
    restarts: int = 0
    last: Object

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return "running" in self.state

    @property
    def exit_code(self) -> int | None:
        """With which code it ended, None while it has not."""
        ended = self.state.get("terminated")
        return None if ended is None else int(ended["exitCode"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the node knows of a pod. `inits` run before `containers`; a sidecar among them keeps running."""

    inits: tuple[Container, ...]
    containers: tuple[Container, ...]
    sidecars: frozenset[str] = frozenset()
    has_volumes: bool
    host_address: str
    pod_address: str
    started: datetime


def waiting(reason: str, message: str = "") -> Object:
    """Return the state of a container that waits."""
    return {"waiting": {"reason": reason, **({"message": message} if message else {})}}


def running(since: datetime) -> Object:
    """Return the state of a container that runs."""
    return {"running": {"startedAt": objects.stamp(since)}}


def terminated(code: int, since: datetime, until: datetime, container_id: str) -> Object:
    """Return the state of a container that ended."""
    return {
        "terminated": {
            "exitCode": code,
            "reason": "Completed" if code == 0 else "Error",
            "startedAt": objects.stamp(since),
            "finishedAt": objects.stamp(until),
            "containerID": container_id,
        }
    }


def status(pod: Object, standing: Standing, now: datetime) -> Object:
    """Return the pod's status. Conditions of others stay; an unchanged one keeps its instant."""
    former = pod.get("status") or {}
    found = {
        **{
            key: value
            for key, value in former.items()
            if key in ("qosClass", "nominatedNodeName", "observedGeneration")
        },
        "phase": phase(pod, standing),
        "conditions": _conditions(pod, standing, now),
        "hostIP": standing.host_address,
        "hostIPs": [{"ip": standing.host_address}],
        "startTime": objects.stamp(standing.started),
        "containerStatuses": [_container(one, ready=one.is_running) for one in standing.containers],
    }
    if standing.has_volumes:
        found |= {"podIP": standing.pod_address, "podIPs": [{"ip": standing.pod_address}]}
    if standing.inits:
        found["initContainerStatuses"] = [_container(one, ready=_is_done(one, standing)) for one in standing.inits]
    return found


def phase(pod: Object, standing: Standing) -> str:
    """Return the pod's phase."""
    policy = objects.dig(pod, "spec", "restartPolicy") or "Always"
    codes = [one.exit_code for one in standing.containers]
    failed_init = any(one.exit_code not in (None, 0) for one in standing.inits)
    if failed_init and policy == "Never":
        return "Failed"
    if not _is_initialized(standing) or all("waiting" in one.state and not one.last for one in standing.containers):
        return "Pending"
    if None in codes or policy == "Always":
        return "Running"
    if not any(codes):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def _conditions(pod: Object, standing: Standing, now: datetime) -> list[Object]:
    former = {one.get("type"): one for one in objects.items(objects.dig(pod, "status", "conditions"))}
    ended = phase(pod, standing) in ("Succeeded", "Failed")
    is_ready = bool(standing.containers) and all(one.is_running for one in standing.containers)
    unready = [one.name for one in standing.containers if not one.is_running]
    reason = "PodCompleted" if ended else "ContainersNotReady"
    why = {} if is_ready else {"reason": reason, "message": f"containers with unready status: [{' '.join(unready)}]"}
    wanted: dict[str, tuple[bool, Object]] = {
        "PodReadyToStartContainers": (standing.has_volumes, {}),
        "Initialized": (_is_initialized(standing), {} if _is_initialized(standing) else _incomplete(standing)),
        "Ready": (is_ready and _gates(pod, former), why),
        "ContainersReady": (is_ready, why),
    }
    if "PodScheduled" not in former:
        wanted["PodScheduled"] = (True, {})
    kept = [one for type_, one in former.items() if type_ not in _OWN]
    return [*(_condition(type_, *told, former.get(type_), now) for type_, told in wanted.items()), *kept]


def _condition(type_: str, holds: bool, why: Object, former: Object | None, now: datetime) -> Object:
    told = "True" if holds else "False"
    since = former.get("lastTransitionTime") if former and former.get("status") == told else objects.stamp(now)
    return {"type": type_, "status": told, "lastProbeTime": None, "lastTransitionTime": since, **why}


def _gates(pod: Object, former: dict[str | None, Object]) -> bool:
    gates = objects.items(objects.dig(pod, "spec", "readinessGates"))
    return all((former.get(gate.get("conditionType")) or {}).get("status") == "True" for gate in gates)


def _incomplete(standing: Standing) -> Object:
    left = [one.name for one in standing.inits if not _is_done(one, standing)]
    return {"reason": "ContainersNotInitialized", "message": f"containers with incomplete status: [{' '.join(left)}]"}


def _is_initialized(standing: Standing) -> bool:
    return all(_is_done(one, standing) for one in standing.inits)


def _is_done(one: Container, standing: Standing) -> bool:
    return one.exit_code == 0 or (one.name in standing.sidecars and one.is_running)


def _container(one: Container, *, ready: bool) -> Object:
    identity = f"lab://{one.name}" if "waiting" not in one.state or one.last else ""
    return {
        "name": one.name,
        "image": one.image,
        "imageID": "",
        "containerID": identity,
        "state": one.state,
        "lastState": one.last,
        "ready": ready,
        "started": one.is_running,
        "restartCount": one.restarts,
    }
