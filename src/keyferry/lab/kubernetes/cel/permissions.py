"""What somebody may do, asked step by step: `authorizer.group("").resource("pods").check("create").allowed()`.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library
Selectors of fields and labels are not there: the lab's rules do not know them.
"""

from collections.abc import Callable
from typing import Any, Final

from keyferry.lab.kubernetes.access.users import AUTHENTICATED, User
from keyferry.lab.kubernetes.authorization import Attributes, Decision
from keyferry.lab.kubernetes.cel.functions import BOOL, STRING, Function

Decide = Callable[[User, Attributes], Decision]
AUTHORIZER: Final = "kubernetes.authorization.Authorizer"
PATH: Final = "kubernetes.authorization.PathCheck"
GROUP: Final = "kubernetes.authorization.GroupCheck"
RESOURCE: Final = "kubernetes.authorization.ResourceCheck"
DECISION: Final = "kubernetes.authorization.Decision"
_FIELDS: Final = ("group", "resource", "subresource", "namespace", "name", "path")

_Value = dict[str, Any]


def asked_by(user: User, request_resource: Attributes) -> _Value:
    """Return the map that stands for `authorizer`; `authorizer.requestResource` begins with `request_resource`."""
    who = {"username": user.name, "groups": list(user.groups)}
    return {**who, "requestResource": {**who, **{field: getattr(request_resource, field) for field in _FIELDS}}}


def checked(value: _Value, verb: str, decide: Decide) -> _Value:
    """Return the map that stands for the decision."""
    user = User(name=str(value["username"]), groups=tuple(map(str, value["groups"])))
    wanted = Attributes(verb=verb, **{field: str(value[field]) for field in _FIELDS if field in value})
    decision = decide(user, wanted)
    return {"allowed": decision.allowed, "reason": decision.reason}


def _with(field: str) -> Callable[[_Value, str], _Value]:
    return lambda value, text: {**value, field: text}


def _service_account(_value: _Value, namespace: str, name: str) -> _Value:
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED]
    return {"username": f"system:serviceaccount:{namespace}:{name}", "groups": groups}


FUNCTIONS: Final = (
    Function(name="path", takes=(AUTHORIZER, STRING), gives=PATH, does=_with("path")),
    Function(name="group", takes=(AUTHORIZER, STRING), gives=GROUP, does=_with("group")),
    Function(name="serviceAccount", takes=(AUTHORIZER, STRING, STRING), gives=AUTHORIZER, does=_service_account),
    Function(name="resource", takes=(GROUP, STRING), gives=RESOURCE, does=_with("resource")),
    *(
        Function(name=field, takes=(RESOURCE, STRING), gives=RESOURCE, does=_with(field))
        for field in ("subresource", "namespace", "name")
    ),
    Function(name="check", takes=(PATH, STRING), gives=DECISION),
    Function(name="check", takes=(RESOURCE, STRING), gives=DECISION),
    Function(name="allowed", takes=(DECISION,), gives=BOOL, does=lambda value: value["allowed"]),
    Function(name="reason", takes=(DECISION,), gives=STRING, does=lambda value: value["reason"]),
    Function(name="errored", takes=(DECISION,), gives=BOOL, does=lambda _value: False),
    Function(name="error", takes=(DECISION,), gives=STRING, does=lambda _value: ""),
)
