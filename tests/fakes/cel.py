"""Expressions evaluated over one request: user `ada` of team `blue` creates a pod in the namespace `harbour`."""

from typing import Any

from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.authorization import Attributes, Decision
from keyferry.lab.kubernetes.cel import permissions
from keyferry.lab.kubernetes.cel.expressions import CONDITIONS, FailedError, MalformedError

ADA = User(name="ada", groups=("blue",))
POD: dict[str, Any] = {
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "one"}, {"name": "two"}], "replicas": 2, "memory": "1.5Gi"},
}
REQUEST = {
    "operation": "CREATE",
    "namespace": "harbour",
    "resource": {"group": "", "version": "v1", "resource": "pods"},
    "userInfo": {"username": "ada", "groups": ["blue"]},
    "dryRun": False,
}


def decide(user: User, asked: Attributes) -> Decision:
    """Let ada create pods in the harbour, and the captain's account look at the path /tide."""
    may = (user.name, asked.verb, asked.resource, asked.namespace, asked.path) in (
        ("ada", "create", "pods", "harbour", ""),
        ("system:serviceaccount:harbour:captain", "get", "", "", "/tide"),
    )
    return Decision(allowed=may, reason="the tide is right" if may else "")


def answered(expression: str) -> bool | str:
    """Return what an expression comes to: true, false, or the text of its error."""
    asked = Attributes(verb="", resource="pods", namespace="harbour")
    variables = {
        "object": POD,
        "oldObject": None,
        "namespaceObject": None,
        "request": REQUEST,
        "authorizer": permissions.asked_by(ADA, asked),
    }
    try:
        CONDITIONS.check(expression)
        return CONDITIONS.holds(expression, variables, decide)
    except (MalformedError, FailedError) as why:
        return str(why)
