"""get of pods/<name>/log: what a container printed, asked of whoever runs it.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
"""

from datetime import datetime, timedelta

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Request, Response, Streaming

TEXT = (("Content-Type", "text/plain"),)
_BOUNDS = {"tailLines": 0, "limitBytes": 1, "sinceSeconds": 1}


def read(call: Call) -> Response | Streaming:
    """Answer with the log as text; a pod that has no node yet has printed nothing."""
    pod = call.existing().document
    options = _Options(call.request)
    container = _container(pod, call.request.parameter("container"))
    node = pod["spec"].get("nodeName") or ""
    query = LogQuery(
        namespace=call.route.namespace,
        pod=call.route.name,
        uid=objects.metadata(pod)["uid"],
        node=node,
        container=container,
        follow=options.flag("follow"),
        previous=options.flag("previous"),
        timestamps=options.flag("timestamps"),
        tail_lines=options.number("tailLines"),
        limit_bytes=options.number("limitBytes"),
        since=options.since(call.now),
    )
    if options.problems:
        raise status.invalid("", "PodLogOptions", call.route.name, options.problems)
    if not node:
        return Response(status=200, headers=TEXT)
    return call.cluster.kubelets.logs(query, call.now)


class _Options:
    """Reads the query parameters, and remembers what is wrong with them."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.problems: list[Problem] = []

    def flag(self, name: str) -> bool:
        return self._request.parameter(name).lower() in ("1", "true", "t")

    def number(self, name: str) -> int | None:
        text = self._request.parameter(name)
        if not text:
            return None
        if not text.removeprefix("-").isdecimal():
            raise status.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        if int(text) < _BOUNDS[name]:
            self.problems.append(invalid(name, int(text), f"must be greater than or equal to {_BOUNDS[name]}"))
        return int(text)

    def since(self, now: datetime) -> datetime | None:
        seconds, text = self.number("sinceSeconds"), self._request.parameter("sinceTime")
        if seconds is not None and text:
            self.problems.append(invalid("sinceSeconds", seconds, "at most one of `sinceTime` or `sinceSeconds`"))
        if seconds is not None:
            return now - timedelta(seconds=seconds)
        moment = objects.instant(text)
        if text and (moment is None or moment.tzinfo is None):
            raise status.bad_request(f'parsing time "{text}" as RFC 3339: cannot parse it')
        return moment


def _container(pod: Object, wanted: str) -> str:
    """Return the container that is meant; BadRequest where it is not clear which, or there is no such one."""
    name, spec = objects.name(pod), pod["spec"]
    present = [str(one["name"]) for one in objects.items(spec.get("containers"))]
    early = [str(one["name"]) for one in objects.items(spec.get("initContainers"))]
    if wanted and wanted not in (*present, *early):
        raise status.bad_request(f"container {wanted} is not valid for pod {name}")
    if wanted or len(present) == 1:
        return wanted or present[0]
    also = f" or one of the init containers: [{' '.join(early)}]" if early else ""
    choices = f"[{' '.join(present)}]{also}"
    raise status.bad_request(f"a container name must be specified for pod {name}, choose one of: {choices}")
