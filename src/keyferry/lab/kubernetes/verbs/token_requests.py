"""create of serviceaccounts/<name>/token: a token that the cluster signs for one of its ServiceAccounts."""

from typing import Any

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.admission.asking import Review
from keyferry.lab.kubernetes.crds import shape
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import invalid, required, unsupported
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS
from keyferry.lab.kubernetes.tokens import Account, Host, InvalidTokenRequest
from keyferry.lab.kubernetes.verbs import presentation, webhooks
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

GROUP = "authentication.k8s.io"
_NODES = ("", "nodes")
_BOUND = {"Pod": ("", "pods"), "Secret": ("", "secrets"), "Node": _NODES}


def create(call: Call) -> Review[Response]:
    """Answer with the signed token; NotFound without the ServiceAccount, Invalid for a lifetime that is not allowed."""
    found = objects.metadata(call.existing().document)
    document = bodies.read(call.request)
    if not isinstance(document, dict) or document.get("kind", "TokenRequest") != "TokenRequest":
        raise status.bad_request("the body is not a TokenRequest of authentication.k8s.io/v1")
    dry_run = options.for_write(call.request).dry_run
    document = yield from webhooks.create_part(call, document, dry_run=dry_run)
    if fault := shape.conform(document, SCHEMAS[(GROUP, "v1", "TokenRequest")], "TokenRequest"):
        raise status.bad_request(fault)
    account = Account(namespace=found["namespace"], name=found["name"], uid=found["uid"])
    spec, host = _bound(call, document.get("spec") or {})
    request = {**document, "spec": spec}
    try:
        answer = call.cluster.issuer.answer(request, account, now=call.now, token_id=call.cluster.ids(), host=host)
    except InvalidTokenRequest as refusal:
        problem = invalid(refusal.field, refusal.value, refusal.detail)
        raise status.invalid(GROUP, "TokenRequest", account.name, [problem]) from refusal
    return presentation.response(201, objects.encode(answer), Form(), call.warnings)


def _bound(call: Call, spec: Object) -> tuple[Object, Host | None]:
    """Return the spec with the UID of the live object that the token is to be bound to, and the node of a pod."""
    reference: Any = spec.get("boundObjectRef")
    if not reference:
        return {key: value for key, value in spec.items() if key != "boundObjectRef"}, None
    kind, name = str(reference.get("kind") or ""), str(reference.get("name") or "")
    if kind not in _BOUND or not name:
        path = "spec.boundObjectRef"
        problem = required(f"{path}.name") if kind in _BOUND else unsupported(f"{path}.kind", kind, tuple(_BOUND))
        raise status.invalid(GROUP, "TokenRequest", call.route.name, [problem])
    found = call.store.get(_BOUND[kind], ("" if kind == "Node" else call.route.namespace, name))
    if found is None:
        raise status.not_found("", _BOUND[kind][1], name)
    uid = objects.metadata(found.document)["uid"]
    if reference.get("uid") and reference["uid"] != uid:
        why = f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record ({uid})"
        raise status.conflict("", _BOUND[kind][1], name, why)
    host = _host(call, found.document) if kind == "Pod" else None
    return {**spec, "boundObjectRef": {**reference, "uid": uid}}, host


def _host(call: Call, pod: Object) -> Host | None:
    """Return the pod's node; BadRequest where the pod runs as another ServiceAccount."""
    account = call.route.name
    if pod["spec"].get("serviceAccountName") != account:
        raise status.bad_request(
            f'cannot bind token for serviceaccount "{account}" to pod running with different serviceaccount name.'
        )
    name = pod["spec"].get("nodeName")
    if not name:
        return None
    node = call.store.get(_NODES, ("", name))
    return Host(name=name, uid=str(objects.metadata(node.document)["uid"]) if node else "")
