"""`x-kubernetes-validations`: rules in CEL, about an object and what it was before.

They are checked when nothing else is wrong with an object's form. A rule that speaks of `oldSelf` counts for updates
alone, where the old value can be told: not in lists but those of type map. Source:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.cel.expressions import RULES, FailedError, MalformedError
from keyferry.lab.kubernetes.cel.functions import STRING
from keyferry.lab.kubernetes.crds import property_names
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, duplicate, forbidden, invalid, required

KEYWORD: Final = "x-kubernetes-validations"
_OLD: Final = re.compile(r"\boldSelf\b")
_BLOCKING: Final = ("Unsupported value", "Required value", "Too long", "Too many", "Type invalid")
_UNCHECKED: Final = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
    "validation"
)


def check(schema: Object, path: str) -> list[Problem]:
    """Return what is wrong with the rules of one field of a schema."""
    found = []
    for index, rule in enumerate(objects.items(schema.get(KEYWORD))):
        here = f"{path}.{KEYWORD}[{index}]"
        if not str(rule.get("rule") or "").strip():
            found.append(required(f"{here}.rule", "rule is not specified"))
        for field, gives in (("rule", "bool"), ("messageExpression", STRING)):
            text = str(rule.get(field) or "").strip()
            found += _compiled(f"{here}.{field}", text, gives) if text else []
    return found


def there(schema: Any) -> bool:
    """Whether a schema, or a part of it, has rules."""
    if isinstance(schema, list):
        return any(there(part) for part in schema)
    return isinstance(schema, dict) and (bool(schema.get(KEYWORD)) or any(there(part) for part in schema.values()))


def broken(new: Object, schema: Object, old: Object | None, found: list[Problem]) -> list[Problem]:
    """Return the rules that an object breaks, in which `found` is wrong besides."""
    if any(problem.title in _BLOCKING for problem in found):
        return [invalid("<nil>", "null", _UNCHECKED)]
    return list(_walk(_root(new), schema, "", _root(old) if old else None))


def _root(document: Object) -> Object:
    """Return the object with as much of its metadata as rules may see."""
    metadata = objects.metadata(document)
    return {**document, "metadata": {name: metadata[name] for name in ("generateName", "name") if name in metadata}}


def _walk(value: Any, schema: Object, path: str, old: Any) -> Iterator[Problem]:
    if value is None:
        return
    if schema.get(KEYWORD):
        yield from _own(value, schema, path, old)
    match value:
        case dict():
            yield from _fields(value, schema, path, old)
        case list():
            part, former = schema.get("items") or {}, _former(schema, old)
            for index, item in enumerate(value):
                yield from _walk(item, part, f"{path}[{index}]", former.get(_key(schema, item)))


def _fields(value: Object, schema: Object, path: str, old: Any) -> Iterator[Problem]:
    properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
    former = old if isinstance(old, dict) and schema.get("x-kubernetes-map-type") != "atomic" else {}
    for key, item in value.items():
        part = properties.get(key, additional)
        if isinstance(part, dict):
            yield from _walk(item, part, f"{path}.{key}" if path else key, former.get(key))


def _former(schema: Object, old: Any) -> dict[bytes, Any]:
    """Return the items of the old list that can be told: those of a list of type map, by their keys."""
    if schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list):
        return {}
    return {_key(schema, item): item for item in old}


def _key(schema: Object, item: Any) -> bytes:
    return objects.encode([objects.dig(item, key) for key in schema.get("x-kubernetes-list-map-keys") or ()])


def _own(value: Any, schema: Object, path: str, old: Any) -> Iterator[Problem]:
    variables = {"self": property_names.escaped(value, schema), "oldSelf": property_names.escaped(old, schema)}
    for rule in objects.items(schema[KEYWORD]):
        text = str(rule["rule"])
        if _OLD.search(text) and old is None:
            continue
        try:
            if not RULES.holds(text, variables):
                yield _problem(rule, f"{path}{rule.get('fieldPath') or ''}", schema, _message(rule, variables))
        except FailedError as why:
            yield invalid(path, str(schema.get("type")), _failed(str(why), rule))


def _problem(rule: Object, path: str, schema: Object, message: str) -> Problem:
    kind = str(schema.get("type"))
    match rule.get("reason"):
        case "FieldValueForbidden":
            return forbidden(path, message)
        case "FieldValueRequired":
            return required(path, message)
        case "FieldValueDuplicate":
            return duplicate(path, kind)
    return invalid(path, kind, message)


def _message(rule: Object, variables: Object) -> str:
    try:
        told = RULES.text(str(rule["messageExpression"]), variables).strip() if rule.get("messageExpression") else ""
    except FailedError:
        told = ""
    if told and "\n" not in told:
        return told
    return str(rule.get("message") or f"failed rule: {str(rule['rule']).strip()}").strip()


def _failed(why: str, rule: Object) -> str:
    about = str(rule.get("message") or rule["rule"]).strip()
    if why.startswith("no such overload"):
        signature = "call arguments did not match a supported operator, function or macro signature"
        return f"'{why}': {signature} for rule: {about}"
    return f"{why} evaluating rule: {about}"


def _compiled(path: str, text: str, gives: str) -> list[Problem]:
    try:
        RULES.check(text, gives)
    except MalformedError as why:
        return [invalid(path, text, str(why))]
    return []
