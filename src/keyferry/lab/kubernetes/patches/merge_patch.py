"""JSON Merge Patch, RFC 7386: the patch looks like the document, null deletes, arrays are replaced whole."""

from typing import Any

from keyferry.lab.kubernetes.patches import documents
from keyferry.lab.kubernetes.patches.errors import PatchError


def apply(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return the document with the patch merged in. Raises PatchError where the patch is not an object."""
    if not isinstance(patch, dict):
        raise PatchError("a merge patch is an object")
    return _merge(document, patch)


def _merge(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    result = {key: documents.copy(value) for key, value in target.items()} if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _merge(result.get(key), value)
        else:
            result[key] = documents.copy(value)
    return result
