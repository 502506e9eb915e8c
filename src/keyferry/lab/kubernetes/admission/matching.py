"""Whether a webhook is asked about a write, and in which version it sees the object."""

from collections.abc import Mapping
from typing import Any

from keyferry.lab.kubernetes import objects, status
from keyferry.lab.kubernetes.admission import conditions
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.hooks import GROUP, Hook
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource

NAMESPACES = ("", "namespaces")
_CONFIGURATIONS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


def is_exempt(asked: Attributes) -> bool:
    """Whether no webhook is asked: a broken one must not keep its own configuration from being mended."""
    return asked.resource.group == GROUP and asked.resource.kind in _CONFIGURATIONS


def seen_as(hook: Hook, asked: Attributes, new: Object | None, old: Object | None) -> Resource | None:
    """Return the resource in whose version the webhook sees the object, None where it is not asked.

    NotFound where its namespaceSelector cannot be judged because the namespace is missing, Forbidden where its
    conditions cannot.
    """
    chosen = _chosen(hook.document, asked)
    if chosen is None or not _selects_object(hook.document, new, old):
        return None
    if not _selects_namespace(hook.document, asked, new):
        return None
    return chosen if conditions.hold(hook, asked, chosen, (new, old)) else None


def holds(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a label selector chooses what has `labels`; an empty one chooses everything."""
    wanted = objects.dig(selector, "matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_meets(one, labels) for one in objects.items(objects.dig(selector, "matchExpressions")))


def _chosen(document: Object, asked: Attributes) -> Resource | None:
    rules = list(objects.items(document.get("rules")))
    if any(_matches(rule, asked, asked.resource) for rule in rules):
        return asked.resource
    if document.get("matchPolicy") != "Equivalent":
        return None
    others = [one for one in asked.world.registry if _is_other_version(one, asked.resource)]
    pairs = ((rule, one) for rule in rules for one in others)
    return next((one for rule, one in pairs if _matches(rule, asked, one)), None)


def _is_other_version(one: Resource, of: Resource) -> bool:
    return one.storage_key == of.storage_key and one.group_version != of.group_version


def _matches(rule: Object, asked: Attributes, resource: Resource) -> bool:
    return (
        _in_scope(rule.get("scope"), asked)
        and _listed(rule.get("operations"), asked.operation)
        and _listed(rule.get("apiGroups"), resource.group)
        and _listed(rule.get("apiVersions"), resource.version)
        and any(_is_resource(one, resource.plural, asked.subresource) for one in rule.get("resources") or ())
    )


def _in_scope(scope: Any, asked: Attributes) -> bool:
    is_clusters = not asked.namespace or asked.resource.storage_key == NAMESPACES
    return scope in (None, "*") or (scope == "Cluster") is is_clusters


def _listed(values: Any, wanted: str) -> bool:
    return "*" in (values or ()) or wanted in (values or ())


def _is_resource(text: str, plural: str, subresource: str) -> bool:
    resource, _, part = text.partition("/")
    return resource in ("*", plural) and part in ("*", subresource)


def _selects_object(document: Object, new: Object | None, old: Object | None) -> bool:
    selector = document.get("objectSelector")
    if not selector:
        return True
    return any(holds(selector, _labels(one)) for one in (new, old) if one is not None)


def _selects_namespace(document: Object, asked: Attributes, new: Object | None) -> bool:
    selector = document.get("namespaceSelector")
    if not selector or not asked.namespace:
        return True
    if asked.resource.storage_key == NAMESPACES and not asked.subresource and new is not None:
        return holds(selector, _labels(new))
    found = asked.world.store.get(NAMESPACES, ("", asked.namespace))
    if found is None:
        raise status.not_found("", "namespaces", asked.namespace)
    return holds(selector, _labels(found.document))


def _labels(document: Object) -> Mapping[str, Any]:
    found: Mapping[str, Any] = objects.dig(document, "metadata", "labels") or {}
    return found


def _meets(expression: Object, labels: Mapping[str, Any]) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
    return key not in labels
