"""A document against its schema: every wrong place is noted, and what remains is safe to read.

Called by the parsers of this package before they read a single field.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, assert_never

import re2

from keyferry.model.errors import foreign
from keyferry.spec.problems import Problems, did_you_mean
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Rule, Table, Text, Texts

NOT_YET: Final = "is not supported by this version of keyferry yet"
_DROPPED: Final = object()
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")  # JSON and YAML can write one; no bytes stand for it
_REMOVE: Final = "remove it"


def check(node: Node, value: object, path: str, problems: Problems) -> Any:
    """Return `value` with defaults filled in and whatever is wrong left out; note each wrong place.

    Null counts as absent, as it does for the API server. The result has the shape of the schema, except that a
    required field may be missing where a problem says so.
    """
    checked = _checked(node, value, path, problems)
    return {} if checked is _DROPPED else checked


def _checked(node: Node, value: object, path: str, problems: Problems) -> Any:
    before = len(problems)
    match node:
        case Table():
            checked: Any = _table(node, value, path, problems)
        case Items():
            checked = _items(node, value, path, problems)
        case Texts():
            checked = _texts(node, value, path, problems)
        case Text():
            checked = _text(node, value, path, problems)
        case Flag() | Integer() | IntegerOrText():
            checked = _scalar(node, value, path, problems)
        case _:
            assert_never(node)
    if node.not_yet and value is not False and len(problems) == before:
        problems.add(path, NOT_YET, _REMOVE, is_ours=True)
    return checked


def _table(node: Table, value: object, path: str, problems: Problems) -> Any:
    if not isinstance(value, Mapping):
        return _wrong_type("a mapping", value, path, problems)
    present = {str(name): inner for name, inner in value.items() if inner is not None}
    checked: dict[str, Any] = {}
    for name, inner in present.items():
        field = node.fields.get(name)
        if field is not None:
            checked[name] = _checked(field, inner, f"{path}.{name}", problems)
        elif node.open:
            checked[name] = inner
        else:
            _unknown_field(node, name, path, problems)
    _check_presence(node, present, path, problems)
    return _default_values(node, present) | {name: inner for name, inner in checked.items() if inner is not _DROPPED}


def _items(node: Items, value: object, path: str, problems: Problems) -> Any:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return _wrong_type("a list", value, path, problems)
    if len(value) < node.min_items:
        problems.add(path, f"needs at least {node.min_items} entry", "add one, or remove the list")
    checked = [_checked(node.of, inner, f"{path}[{index}]", problems) for index, inner in enumerate(value)]
    stand_in: list[Any] = [{}] if isinstance(node.of, Table) else []  # keeps the indexes of the others
    return [kept for inner in checked for kept in (stand_in if inner is _DROPPED else [inner])]


def _texts(node: Texts, value: object, path: str, problems: Problems) -> Any:
    if not isinstance(value, Mapping):
        return _wrong_type("a mapping", value, path, problems)
    checked = {
        str(name): _checked(node.of, inner, f"{path}[{foreign(str(name))}]", problems)
        for name, inner in value.items()
        if inner is not None
    }
    return {name: inner for name, inner in checked.items() if inner is not _DROPPED}


def _text(node: Text, value: object, path: str, problems: Problems) -> Any:
    if not isinstance(value, str):
        remedy = "put it in quotes" if isinstance(value, int | float) and not node.enum else ""
        return _wrong_type("text", value, path, problems, remedy)
    if not value.isascii() and _LONE_SURROGATE.search(value):
        problems.add(path, "holds half of a character", "write the character itself")
        return _DROPPED
    if node.enum and value not in node.enum:
        choices = ", ".join(node.enum)
        remedy = did_you_mean(value, node.enum) or f"write one of {choices}"
        shown = "" if node.quiet else f'"{foreign(value)}" '
        problems.add(path, f"{shown}is not one of {choices}", remedy)
        return _DROPPED
    if value in node.not_yet_values:
        problems.add(path, f'"{value}" {NOT_YET}', _supported(node), is_ours=True)
    return value if _text_fits(node, value, path, problems) else _DROPPED


def _text_fits(node: Text, value: str, path: str, problems: Problems) -> bool:
    if node.most_together and problems.spend(len(value)) > node.most_together:
        message = f"is one regular expression too many: {node.most_together} characters are the most of all together"
        problems.add(path, message, "part the object into several", is_ours=True)
        return False
    complaint = node.rule(value) if node.rule else None
    if complaint is not None:
        problems.add(path, complaint.message, complaint.remedy, is_ours=_is_of_the_schema(node, value))
        return False
    if len(value) < node.min_length:
        problems.add(path, "is empty", "write a value")
        return False
    if node.max_length and len(value) > node.max_length:
        problems.add(path, f"has {len(value)} characters, {node.max_length} are allowed", "shorten it")
        return False
    if node.pattern and not _compiled(node.pattern).search(value):
        problems.add(path, f'"{foreign(value)}" does not match {node.pattern}', "change it to match")
        return False
    return True


def _is_of_the_schema(node: Text, value: str) -> bool:
    """Tell whether the API server takes the text: a rule that refuses more than it does is keyferry's own."""
    is_long_enough = len(value) >= node.min_length
    is_short_enough = not node.max_length or len(value) <= node.max_length
    return is_long_enough and is_short_enough and (not node.pattern or bool(_compiled(node.pattern).search(value)))


@cache
def _compiled(pattern: str) -> Any:
    """Compile one of the schema's own patterns, once: they are few, and checked for every object."""
    return re2.compile(pattern)


def _scalar(node: Flag | Integer | IntegerOrText, value: object, path: str, problems: Problems) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    match node:
        case Flag():
            return value if isinstance(value, bool) else _wrong_type("true or false", value, path, problems)
        case Integer():
            if not is_number:
                return _wrong_type("a whole number", value, path, problems)
            return value if _is_within(node, int(str(value)), path, problems) else _DROPPED
        case IntegerOrText():
            if not is_number and not isinstance(value, str):
                return _wrong_type("a whole number or text", value, path, problems)
            return value if _rule_holds(node.rule, str(value), path, problems) else _DROPPED
        case _:
            assert_never(node)


def _is_within(node: Integer, number: int, path: str, problems: Problems) -> bool:
    if (node.least is None or number >= node.least) and (node.most is None or number <= node.most):
        return True
    low = "" if node.least is None else f"at least {node.least}"
    high = "" if node.most is None else f"at most {node.most}"
    problems.add(path, f"must be {' and '.join(filter(None, (low, high)))}", "change the number")
    return False


def _rule_holds(rule: Rule | None, value: str, path: str, problems: Problems) -> bool:
    complaint = rule(value) if rule else None
    if complaint is None:
        return True
    problems.add(path, complaint.message, complaint.remedy, is_ours=True)
    return False


def _unknown_field(node: Table, name: str, path: str, problems: Problems) -> None:
    advice = did_you_mean(name, node.fields)
    problems.add(f"{path}.{foreign(name)}", "is not a field of this API", advice or _REMOVE)


def _check_presence(node: Table, present: Mapping[str, object], path: str, problems: Problems) -> None:
    for name in node.required:
        if name not in present:
            problems.add(f"{path}.{name}", "is missing", "add it")
    if len(present) < node.min_properties:
        problems.add(path, f"must have one of {', '.join(node.fields)}", "add one of them")
    if node.max_properties and len(present) > node.max_properties:
        problems.add(path, f"has {', '.join(present)}, where {node.max_properties} is allowed", "keep one of them")


def _default_values(node: Table, present: Mapping[str, object]) -> dict[str, Any]:
    absent = ((name, field) for name, field in node.fields.items() if name not in present)
    return {
        name: field.default
        for name, field in absent
        if isinstance(field, Text | Flag | Integer | Table) and field.default is not None
    }


def _supported(node: Text) -> str:
    return "use " + " or ".join(choice for choice in node.enum if choice not in node.not_yet_values)


def _wrong_type(wanted: str, value: object, path: str, problems: Problems, remedy: str = "") -> object:
    problems.add(path, f"must be {wanted}, and is {_type_name(value)}", remedy or f"write {wanted}")
    return _DROPPED


def _type_name(value: object) -> str:
    """Name the type alone: the value may be a secret in the wrong place."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "null"
        case _:
            return f"of the type {type(value).__name__}"
