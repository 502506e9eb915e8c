"""Label and field selectors, as `?labelSelector=` and `?fieldSelector=` write them.

Grammar: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors and
.../field-selectors/.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.status import StatusError, bad_request

Selector = Callable[[Object], bool]

_SET = re.compile(r"^(?P<key>[^\s!=,()]+)\s+(?P<operator>in|notin)\s*\((?P<values>[^()]*)\)$")
_EQUAL = re.compile(r"^(?P<key>[^\s!=,()<>]+)\s*(?P<operator>==|=|!=)\s*(?P<value>[^\s!=,()]*)$")
_ORDER = re.compile(r"^(?P<key>[^\s!=,()<>]+)\s*(?P<operator>[<>])\s*(?P<value>-?\d+)$")
_EXISTS = re.compile(r"^(?P<absent>!?)\s*(?P<key>[^\s!=,()<>]+)$")


@dataclass(frozen=True, slots=True)
class _Requirement:
    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "in":
                return value is not None and value in self.values
            case "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "absent":
                return value is None
        return self._in_order(value)

    def _in_order(self, value: str | None) -> bool:
        (bound,) = self.values
        if value is None or not re.fullmatch(r"-?\d+", value):
            return False
        return int(value) > int(bound) if self.operator == ">" else int(value) < int(bound)


def labels(text: str) -> Selector | None:
    """Return the test that a label selector means, None for the empty one; BadRequest when it cannot be read."""
    requirements = [_requirement(part.strip()) for part in _split(text) if part.strip()]
    if not requirements:
        return None

    def holds(document: Object) -> bool:
        found = document["metadata"].get("labels") or {}
        return all(requirement.holds(found) for requirement in requirements)

    return holds


def fields(text: str, selectable: Collection[str]) -> Selector | None:
    """Return the test that a field selector means, None for the empty one.

    `selectable` are the paths that the kind can be selected by, besides its name and namespace.
    """
    terms = [_term(part.strip(), selectable) for part in text.split(",") if part.strip()]
    if not terms:
        return None

    def holds(document: Object) -> bool:
        return all((_field(document, path) == value) is wanted for path, value, wanted in terms)

    return holds


def only_name(text: str) -> str:
    """Return the one name that a field selector lets through, "" where it is not about names.

    RBAC lets those list and watch an object who may see it by its name alone. Source:
    https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
    """
    found = (re.match(r"^\s*metadata\.name\s*==?(?P<value>[^=]*)$", part) for part in text.split(","))
    return next((one["value"].strip() for one in found if one is not None), "")


def both(first: Selector | None, second: Selector | None) -> Selector | None:
    """Return the test that holds when both hold; None means that everything passes."""
    if first is None or second is None:
        return first or second
    return lambda document: first(document) and second(document)


def _requirement(text: str) -> _Requirement:
    if found := _SET.match(text):
        values = frozenset(value.strip() for value in found["values"].split(","))
        return _Requirement(found["key"], found["operator"], values)
    if found := _EQUAL.match(text):
        operator = "notin" if found["operator"] == "!=" else "in"
        return _Requirement(found["key"], operator, frozenset({found["value"]}))
    if found := _ORDER.match(text):
        return _Requirement(found["key"], found["operator"], frozenset({found["value"]}))
    if found := _EXISTS.match(text):
        return _Requirement(found["key"], "absent" if found["absent"] else "exists")
    raise _unreadable(text)


def _split(text: str) -> list[str]:
    return re.split(r",(?![^()]*\))", text)


def _term(text: str, selectable: Collection[str]) -> tuple[str, str, bool]:
    found = re.match(r"^(?P<path>[^=!]+)(?P<operator>==|=|!=)(?P<value>.*)$", text)
    if found is None:
        raise bad_request(f'Unable to find "" that match label selector "", field selector "{text}": invalid selector')
    path = found["path"].strip()
    if path not in selectable and path not in ("metadata.name", "metadata.namespace"):
        raise bad_request(f"field label not supported: {path}")
    return path, found["value"].strip(), found["operator"] != "!="


def _field(document: Object, path: str) -> str:
    value = objects.dig(document, *path.split("."))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _unreadable(text: str) -> StatusError:
    return bad_request(
        f"unable to parse requirement: found '{text}', expected: a key with =, ==, !=, in, notin, or ','"
    )
