"""templateFrom: from rendered texts to the entries of a Secret, or to a changed object of any kind.

The caller renders, looks up what stands in the cluster, and merges: for a Secret, entries of one source replace those
of the sources before it. Upstream's rules: runtime/template/v2/template.go of External Secrets Operator 2.9.
"""

import copy
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from keyferry.model.errors import SpecError, foreign
from keyferry.template import target_paths
from keyferry.template.meter import LimitReached, Meter
from keyferry.template.scope_errors import ScopeError
from keyferry.template.yaml import reading
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.reading import Json

MOST_NODES: Final = 100_000
MOST_BYTES: Final = 32 << 20  # of memory, roughly

Decode = Callable[[bytes], bytes]

_T = TypeVar("_T")


class Scope(StrEnum):
    """`templateAs`: a text is the value of its key, or YAML of keys and values. `literal` is always the latter."""

    VALUES = "Values"
    KEYS_AND_VALUES = "KeysAndValues"


class Part(StrEnum):
    """The parts of a Secret that `target` names, in any case."""

    DATA = "data"
    LABELS = "labels"
    ANNOTATIONS = "annotations"


def part_of(target: str) -> Part | None:
    """Return the part that a target names, the data where it names none, None where it is a path into an object."""
    name = target.lower() or Part.DATA
    return Part(name) if name in set(Part) else None


def entries(texts: Mapping[str, bytes], scope: Scope, decode: Decode) -> dict[str, bytes]:
    """Return keys and values of rendered texts, each value decoded: `decode` is `valuesDecodingStrategy`.

    Keys of Values are those of `texts`. YAML is read before its values are decoded, and `a: yes` is the text "true".
    Where two texts bring one key, that of the greater name wins. ScopeError where a text is no YAML of names and texts
    (`yaml`), is too large or too deep (`limit/…`), or a value cannot be decoded (`decode`).
    """
    if scope is Scope.VALUES:
        return {key: _decoded(f"key {foreign(key)}", text, decode) for key, text in sorted(texts.items())}
    found = {key: text for _, source in sorted(texts.items()) for key, text in _texts(source).items()}
    return {key: _decoded("a key", text.encode(errors="replace"), decode) for key, text in found.items()}


def changed(
    original: Mapping[str, Json], texts: Mapping[str, bytes], scope: Scope, target: str, decode: Decode
) -> dict[str, Json]:
    """Return an object of any kind but Secret with the rendered texts at their target: a part, `spec`, or a path.

    The original stays as it is. ScopeError also for a path that is none (`invalid-path`), or leads through a value that
    is no mapping or list (`set-path`). Parts get texts; a path gets what the text says as YAML, and of Values that are
    no YAML the text itself. What is no UTF-8 becomes U+FFFD.
    """
    result = copy.deepcopy(dict(original))
    part = target.lower() or "data"
    if scope is Scope.VALUES or part in set(Part):
        return _with_values(result, entries(texts, scope, decode), target)
    path = target_paths.parse(target)
    for _, text in sorted(texts.items()):
        result = target_paths.merged(result, path, _yaml(text))
    return result


def _with_values(result: dict[str, Json], values: Mapping[str, bytes], target: str) -> dict[str, Json]:
    for key, value in values.items():
        match target.lower() or "data":
            case "labels" | "annotations" as part:
                _member(_member(result, "metadata"), part)[key] = _text(value)
            case "data" | "spec" as part:
                _member(result, part)[key] = _text(value)
            case _:
                result = target_paths.replaced(result, target_paths.parse(target), _yaml_or_text(value))
        metadata = _member(result, "metadata")
        for part in ("labels", "annotations"):
            _member(metadata, part)
    return result


def _member(parent: dict[str, Json], name: str) -> dict[str, Json]:
    found = parent.get(name)
    if found is None:
        found = parent[name] = {}
    if not isinstance(found, dict):
        raise ScopeError("set-path", f"{name} of the target is no mapping", remedy="choose another target")
    return found


def _decoded(where: str, value: bytes, decode: Decode) -> bytes:
    """Return the value decoded. Rendered keys are not named in the error, as they may be values too."""
    try:
        return decode(value)
    except SpecError as error:
        raise ScopeError("decode", f"{where}: {error.what}", remedy=error.remedy) from None


def _texts(text: bytes) -> dict[str, str]:
    return _read(text, reading.texts, "YAML of keys and texts")


def _yaml(text: bytes) -> Json:
    return _read(text, reading.value, "YAML")


def _yaml_or_text(text: bytes) -> Json:
    try:
        return _yaml(text)
    except ScopeError as error:
        if error.kind != "yaml":
            raise
        return _text(text)


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _read(text: bytes, read: Callable[[bytes, Meter], _T], wanted: str) -> _T:
    """Return what the text says. Errors come without the reader's words, which may quote a value."""
    remedy = "render it offline with `keyferry template`, and look at it"
    try:
        return read(text, Meter(steps=MOST_NODES, bytes_left=MOST_BYTES))
    except YamlError as error:
        where = f" (line {error.line} of what it renders to)" if error.line else ""
        raise ScopeError("yaml", f"the rendered text is not {wanted}{where}", remedy=remedy) from None
    except LimitReached as limit:
        what = "too deeply nested" if str(limit) == "depth" else "too large"
        raise ScopeError(f"limit/{limit}", f"the rendered text is {what} for YAML", remedy=remedy) from None
