"""create of pods/<name>/binding: the pod gets its node, once and for all.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/binding-v1/
"""

from datetime import datetime

from keyferry.lab.kubernetes import conditions, lifecycle, objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import required, unsupported
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.storage.journal import Stored
from keyferry.lab.kubernetes.storage.store import Store
from keyferry.lab.kubernetes.verbs import presentation, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

PODS = ("", "pods")
SCHEDULED = {"type": "PodScheduled", "status": "True"}


def create(call: Call) -> Review[Response]:
    """Bind the pod of the path to the node in the body; Conflict when it has one, or is on its way out."""
    pod = call.existing()
    document = bodies.read(call.request)
    if not isinstance(document, dict) or document.get("kind", "Binding") != "Binding":
        raise status.bad_request("the body is not a Binding of v1")
    asked = options.for_write(call.request)
    document = yield from webhooks.create_part(call, document, dry_run=asked.dry_run)
    node = _node(call, document.get("target") or {})
    call.still(pod)
    if not asked.dry_run:
        bind(call.store, pod, node, call.now)
    return presentation.response(201, objects.encode(_success()), Form(), call.warnings)


def bind(store: Store, pod: Stored, node: str, now: datetime) -> Stored:
    """Give the pod its node; Conflict when it has one, or is on its way out."""
    name, spec = pod.key[1], pod.document["spec"]
    if lifecycle.is_ending(pod.document):
        raise _conflict(name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        raise _conflict(name, f'pod {name} is already assigned to node "{spec["nodeName"]}"')
    if spec.get("schedulingGates"):
        raise _conflict(name, f"pod {name} has non-empty .spec.schedulingGates")
    document = objects.copy(pod.document)
    document["spec"]["nodeName"] = node
    conditions.write(document, dict(SCHEDULED), now)
    return store.put(PODS, document)


def _node(call: Call, target: Object) -> str:
    found = []
    if target.get("kind") not in (None, "", "Node"):
        found.append(unsupported("target.kind", target["kind"], ("Node", "<empty>")))
    if not target.get("name"):
        found.append(required("target.name"))
    if found:
        raise status.invalid("", "Binding", call.route.name, found)
    return str(target["name"])


def _success() -> Object:
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _conflict(name: str, why: str) -> status.StatusError:
    return status.conflict("", "pods/binding", name, why)
