"""create of serviceaccounts/<name>/token: a token that the cluster signs for one of its ServiceAccounts."""

from typing import Any

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.crds import shape
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import invalid, required, unsupported
from keyferry.lab.kubernetes.requests import bodies
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.schemas.kinds import SCHEMAS
from keyferry.lab.kubernetes.tokens import Account, InvalidTokenRequest
from keyferry.lab.kubernetes.verbs import presentation
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

GROUP = "authentication.k8s.io"
_BOUND = {"Pod": ("", "pods"), "Secret": ("", "secrets")}


def create(call: Call) -> Response:
    """Answer with the signed token; NotFound without the ServiceAccount, Invalid for a lifetime that is not allowed."""
    found = objects.metadata(call.existing().document)
    document = bodies.read(call.request)
    if not isinstance(document, dict) or document.get("kind", "TokenRequest") != "TokenRequest":
        raise status.bad_request("the body is not a TokenRequest of authentication.k8s.io/v1")
    if fault := shape.conform(document, SCHEMAS[(GROUP, "v1", "TokenRequest")], "TokenRequest"):
        raise status.bad_request(fault)
    account = Account(namespace=found["namespace"], name=found["name"], uid=found["uid"])
    request = {**document, "spec": _bound(call, document.get("spec") or {})}
    try:
        answer = call.cluster.issuer.answer(request, account, now=call.now, token_id=call.cluster.ids())
    except InvalidTokenRequest as refusal:
        problem = invalid(refusal.field, refusal.value, refusal.detail)
        raise status.invalid(GROUP, "TokenRequest", account.name, [problem]) from refusal
    return presentation.response(201, objects.encode(answer), Form(), call.warnings)


def _bound(call: Call, spec: Object) -> Object:
    """Return the spec with the UID of the live object that the token is to be bound to."""
    reference: Any = spec.get("boundObjectRef")
    if not reference:
        return {key: value for key, value in spec.items() if key != "boundObjectRef"}
    kind, name = str(reference.get("kind") or ""), str(reference.get("name") or "")
    if kind not in _BOUND or not name:
        path = "spec.boundObjectRef"
        problem = required(f"{path}.name") if kind in _BOUND else unsupported(f"{path}.kind", kind, ("Pod", "Secret"))
        raise status.invalid(GROUP, "TokenRequest", call.route.name, [problem])
    found = call.store.get(_BOUND[kind], (call.route.namespace, name))
    if found is None:
        raise status.not_found("", _BOUND[kind][1], name)
    uid = objects.metadata(found.document)["uid"]
    if reference.get("uid") and reference["uid"] != uid:
        why = f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record ({uid})"
        raise status.conflict("", _BOUND[kind][1], name, why)
    return {**spec, "boundObjectRef": {**reference, "uid": uid}}
