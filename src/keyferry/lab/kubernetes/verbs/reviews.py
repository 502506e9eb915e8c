"""create of reviews: questions about tokens and permissions, which are answered and never stored.

Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/ and .../authorization-resources/
"""

from typing import Any

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.authorization import Attributes
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, invalid, required
from keyferry.lab.kubernetes.requests import bodies, options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.tokens import InvalidToken
from keyferry.lab.kubernetes.verbs import admission, presentation
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def create(call: Call) -> Response:
    """Answer the review in the body."""
    document = bodies.of(call.resource, bodies.read(call.request))
    admission.refuse_unknown(call, document, options.for_write(call.request))
    spec = document.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    match call.resource.kind:
        case "TokenReview":
            document["status"] = _token(call, spec)
        case "SelfSubjectReview":
            document["status"] = {"userInfo": _user_info(call.user)}
        case "SubjectAccessReview":
            document["status"] = _allowed(call, _subject(call, spec), spec)
        case "LocalSubjectAccessReview":
            _check_namespace(call, spec)
            document["status"] = _allowed(call, _subject(call, spec), spec)
        case "SelfSubjectAccessReview":
            document["status"] = _allowed(call, call.user, spec)
        case _:
            document["status"] = _rules(call, spec)
    objects.metadata(document).setdefault("creationTimestamp", objects.stamp(call.now))
    return presentation.response(201, objects.encode(document), Form(), call.warnings)


def _token(call: Call, spec: Object) -> Object:
    token = spec.get("token")
    if not isinstance(token, str) or not token:
        raise _refused(call, required("spec.token"))
    try:
        user, audiences = call.cluster.authenticator.review(token, spec.get("audiences") or (), call.now)
    except InvalidToken as refusal:
        return {"user": {}, "error": f"[invalid bearer token, {refusal}]"}
    shown = list(audiences) or [call.cluster.issuer.url]
    return {"authenticated": True, "user": _user_info(user), "audiences": shown}


def _user_info(user: User) -> Object:
    info: Object = {"username": user.name, "groups": list(user.groups)}
    if user.uid:
        info["uid"] = user.uid
    if user.extra:
        info["extra"] = {key: list(values) for key, values in user.extra}
    return info


def _subject(call: Call, spec: Object) -> User:
    if not spec.get("user") and not spec.get("groups"):
        raise _refused(call, required("spec.user", "at least one of user or group must be specified"))
    return User(name=str(spec.get("user") or ""), groups=tuple(map(str, spec.get("groups") or ())))


def _allowed(call: Call, user: User, spec: Object) -> Object:
    asked, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (asked is None) is (path is None):
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        raise _refused(call, invalid("spec.resourceAttributes", None, detail))
    attributes = _resource(asked) if asked is not None else _path(path)
    decision = call.cluster.authorizer.decide(user, attributes)
    return {"allowed": True, "reason": decision.reason} if decision.allowed else {"allowed": False}


def _check_namespace(call: Call, spec: Object) -> None:
    here = call.route.namespace
    if objects.dig(spec, "resourceAttributes", "namespace") != here:
        raise status.bad_request(f"spec.resourceAttributes.namespace must match namespace: {here}")


def _rules(call: Call, spec: Object) -> Object:
    namespace = spec.get("namespace")
    if not isinstance(namespace, str) or not namespace:
        raise status.bad_request("no namespace on request")
    return call.cluster.authorizer.rules(call.user, namespace)


def _resource(asked: Object) -> Attributes:
    return Attributes(
        verb=asked.get("verb") or "",
        group=asked.get("group") or "",
        resource=asked.get("resource") or "",
        subresource=asked.get("subresource") or "",
        namespace=asked.get("namespace") or "",
        name=asked.get("name") or "",
    )


def _path(asked: Any) -> Attributes:
    return Attributes(verb=asked.get("verb") or "", path=asked.get("path") or "")


def _refused(call: Call, problem: Problem) -> status.StatusError:
    return status.invalid(call.resource.group, call.resource.kind, "", [problem])
