"""JSON Patch, RFC 6902: a list of operations, all of them or none."""

from typing import Any

from keyferry.lab.kubernetes.patches import documents, pointer
from keyferry.lab.kubernetes.patches.errors import PatchError

Tokens = tuple[str, ...]


def apply(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return the document after every operation of `patch`, in order.

    Raises PatchError where the patch is malformed, an operation does not fit, a `test` fails, or no object is left.
    """
    if not isinstance(patch, list):
        raise PatchError("a JSON patch is an array of operations")
    result: Any = documents.copy(document)
    for operation in patch:
        result = _apply_one(result, operation)
    if not isinstance(result, dict):
        raise PatchError("the JSON patch does not leave an object")
    return result


def _apply_one(document: Any, operation: Any) -> Any:
    if not isinstance(operation, dict):
        raise PatchError("an operation of a JSON patch is an object")
    path = _pointer(operation, "path")
    match operation.get("op"):
        case "add":
            return _add(document, path, _value(operation))
        case "remove":
            return _remove(document, path)
        case "replace":
            return _replace(document, path, _value(operation))
        case "move":
            return _move(document, _pointer(operation, "from"), path)
        case "copy":
            return _add(document, path, documents.copy(pointer.resolve(document, _pointer(operation, "from"))))
        case "test":
            return _test(document, path, _value(operation))
        case other:
            raise PatchError(f"{other!r} is not an operation of a JSON patch")


def _pointer(operation: dict[str, Any], field: str) -> Tokens:
    text = operation.get(field)
    if not isinstance(text, str):
        raise PatchError(f"the operation {operation.get('op')!r} needs a {field!r}")
    return pointer.parse(text)


def _value(operation: dict[str, Any]) -> Any:
    if "value" not in operation:
        raise PatchError(f"the operation {operation.get('op')!r} needs a 'value'")
    return documents.copy(operation["value"])


def _add(document: Any, path: Tokens, value: Any) -> Any:
    if not path:
        return value
    parent = pointer.resolve(document, path[:-1])
    if isinstance(parent, dict):
        parent[path[-1]] = value
    elif isinstance(parent, list):
        position = len(parent) if path[-1] == "-" else pointer.index(path[-1], size=len(parent) + 1)
        parent.insert(position, value)
    else:
        raise PatchError(f"nothing can be added at {pointer.render(path)!r}: its parent is neither object nor array")
    return document


def _remove(document: Any, path: Tokens) -> Any:
    pointer.resolve(document, path)
    if not path:
        return None
    parent = pointer.resolve(document, path[:-1])
    del parent[path[-1] if isinstance(parent, dict) else int(path[-1])]
    return document


def _replace(document: Any, path: Tokens, value: Any) -> Any:
    pointer.resolve(document, path)
    if not path:
        return value
    parent = pointer.resolve(document, path[:-1])
    parent[path[-1] if isinstance(parent, dict) else int(path[-1])] = value
    return document


def _move(document: Any, source: Tokens, target: Tokens) -> Any:
    if target[: len(source)] == source and target != source:
        raise PatchError(f"{pointer.render(source)!r} cannot be moved into itself")
    value = pointer.resolve(document, source)
    return _add(_remove(document, source), target, value)


def _test(document: Any, path: Tokens, expected: Any) -> Any:
    if not documents.equal(pointer.resolve(document, path), expected):
        raise PatchError(f"the test of {pointer.render(path)!r} failed: the value differs")
    return document
