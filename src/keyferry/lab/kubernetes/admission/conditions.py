"""The `matchConditions` of a webhook: expressions in CEL, all of which must be true for it to be asked.

A false one decides before any that fails. Of those that fail the failurePolicy decides: the write is refused, or the
webhook is not asked. Source:
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions
"""

from typing import Any

from keyferry.lab.kubernetes import authorization, objects, status
from keyferry.lab.kubernetes.admission import review
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.cel import permissions
from keyferry.lab.kubernetes.cel.expressions import CONDITIONS, FailedError
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource


def hold(hook: Hook, asked: Attributes, seen: Resource, pair: tuple[Object | None, Object | None]) -> bool:
    """Whether all are true of the new and the old object as `seen` shows them; Forbidden where that cannot be said."""
    conditions = list(objects.items(hook.document.get("matchConditions")))
    if not conditions:
        return True
    variables, failures = _variables(asked, seen, pair), []
    for one in conditions:
        expression = str(one["expression"])
        try:
            if not CONDITIONS.holds(expression, variables, asked.world.decide):
                return False
        except FailedError as why:
            failures.append(f"expression '{expression}' resulted in error: {why}")
    if failures and not hook.is_ignored_when_failing:
        told = failures[0] if len(failures) == 1 else f"[{', '.join(dict.fromkeys(failures))}]"
        raise status.forbidden(asked.resource.group, asked.resource.plural, asked.name, told)
    return not failures


def _variables(asked: Attributes, seen: Resource, pair: tuple[Object | None, Object | None]) -> dict[str, Any]:
    new, old = (review.converted_to(seen, asked, one) for one in pair)
    request = {name: value for name, value in review.described(asked, seen).items() if value is not None}
    wanted = authorization.Attributes(
        verb="",
        group=asked.resource.group,
        resource=asked.resource.plural,
        subresource=asked.subresource,
        name=asked.name,
        namespace=asked.namespace,
    )
    return {
        "object": new,
        "oldObject": old,
        "namespaceObject": None,  # webhooks are not shown it, and the API server takes the name all the same
        "request": request,
        "authorizer": permissions.asked_by(asked.user, wanted),
    }
