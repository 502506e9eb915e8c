"""A Secret's data and metadata from its blueprint, over what was read. Pure; raises `SpecError` with the place.

Later wins: what was read (where it is kept), each `templateFrom` in its order, `data`, then labels and annotations.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretValue
from keyferry.spec import decoding, keys, labels
from keyferry.spec.blueprint import Blueprint, Literal, TemplateAs, TemplateFrom, TemplateObject
from keyferry.spec.problems import Problems
from keyferry.sync.rendering.engine import Engine, unreadable
from keyferry.sync.rendering.entry import Entries
from keyferry.sync.state import Shape, Sources, Unread
from keyferry.template import scopes
from keyferry.template.scopes import Part, Scope

PATH: Final = "spec.target.template"

T = TypeVar("T")


class Misplaced(SpecError):
    """A `SpecError` that knows its path in the document."""

    def __init__(self, path: str, mistake: SpecError) -> None:
        super().__init__(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=mistake.where)
        self.path = path


@dataclass(slots=True)
class _Parts:
    """The parts of a Secret as they grow."""

    data: dict[str, bytes]
    labels: dict[str, bytes] = field(default_factory=dict)
    annotations: dict[str, bytes] = field(default_factory=dict)

    def of(self, part: Part) -> dict[str, bytes]:
        """Return the entries of one part."""
        return {Part.DATA: self.data, Part.LABELS: self.labels, Part.ANNOTATIONS: self.annotations}[part]


def apply(blueprint: Blueprint, read: Entries, sources: Sources, engine: Engine) -> tuple[dict[str, bytes], Shape]:
    """Return the data, and what the blueprint says beside it.

    Raises `Misplaced`, and the error of a ConfigMap or Secret that could not be read.
    """

    def rendered(template: str) -> bytes:
        return engine.text(template, dot)

    dot = {key.encode(): entry.value for key, entry in read.items()}
    parts = _Parts({key: entry.value for key, entry in read.items()} if blueprint.keeps_what_was_read else {})
    for index, entry in enumerate(blueprint.sources):
        at(f"{PATH}.templateFrom[{index}]", partial(_add, entry, parts, sources, rendered))
    named: tuple[tuple[str, Mapping[str, str], dict[str, bytes]], ...] = (
        ("data", blueprint.data, parts.data),
        ("metadata.labels", blueprint.labels, parts.labels),
        ("metadata.annotations", blueprint.annotations, parts.annotations),
    )
    for path, templates, part in named:
        for key, template in templates.items():
            part[key] = at(f"{PATH}.{path}[{foreign(key)}]", partial(rendered, template))
    at(PATH, partial(_check_keys, parts.data))
    return parts.data, _shape(blueprint, parts)


def texts(
    entry: TemplateFrom, sources: Sources, rendered: Callable[[str], bytes]
) -> Iterator[tuple[dict[str, bytes], Scope]]:
    """Yield what the templates of an entry of `templateFrom` render to, each with how it is to be read."""
    for source in entry.sources:
        if isinstance(source, Literal):
            yield {"": rendered(source.text)}, Scope.KEYS_AND_VALUES
            continue
        held = _held(source, sources)
        for item in source.keys:
            if item.key not in held:
                raise unreadable(source.kind, source.name, item.key)
            text = held[item.key].reveal().decode("utf-8", "surrogateescape")
            scope = Scope.VALUES if item.template_as is TemplateAs.VALUES else Scope.KEYS_AND_VALUES
            yield {item.key: rendered(text)}, scope


def decode(entry: TemplateFrom) -> Callable[[bytes], bytes]:
    """Return how the rendered values of an entry are decoded."""
    return lambda value: decoding.decode(value, entry.decoding)


def at(path: str, made: Callable[[], T]) -> T:
    """Return what `made` returns, or raise its `SpecError` with the path."""
    try:
        return made()
    except SpecError as mistake:
        raise Misplaced(path, mistake) from None


def _add(entry: TemplateFrom, parts: _Parts, sources: Sources, rendered: Callable[[str], bytes]) -> None:
    part = parts.of(scopes.part_of(entry.target) or Part.DATA)  # the spec's check lets no other target through
    for found, scope in texts(entry, sources, rendered):
        part |= scopes.entries(found, scope, decode(entry))


def _held(source: TemplateObject, sources: Sources) -> Mapping[str, SecretValue]:
    held = sources[source.kind, source.name]
    if isinstance(held, Unread):
        raise held.error
    return held


def _shape(blueprint: Blueprint, parts: _Parts) -> Shape:
    """Return labels and annotations. The API server would quote one that it refuses, so it is refused here."""
    found_labels, found_annotations = _texts(parts.labels), _texts(parts.annotations)
    problems = Problems()
    labels.check_labels(found_labels, "labels", problems)
    labels.check_annotations(found_annotations, "annotations", problems)
    if problems:
        place = problems.found[0].path.partition("[")[0]
        mistake = SpecError(
            what=f"the template makes {place} that no object can have",
            cause="keys and labels hold letters, digits, -, _ and ., at most 63, a letter or digit first and last",
            remedy="correct the template, or the values that it is given",
        )
        raise Misplaced(f"{PATH}.metadata.{place}", mistake)
    return Shape(
        type=blueprint.type, labels=found_labels, annotations=found_annotations, finalizers=blueprint.finalizers
    )


def _texts(values: Mapping[str, bytes]) -> dict[str, str]:
    return {key: value.decode("utf-8", "replace") for key, value in values.items()}


def _check_keys(data: Mapping[str, bytes]) -> None:
    """Keys may come out of a template, so no text quotes them."""
    try:
        valid = keys.validate_keys(data)
    except SpecError:
        valid = {}
    if len(valid) != len(data):
        raise SpecError(
            what="the template makes a key that no Secret can have",
            cause="keys have 1 to 253 letters, digits, -, . and _",
            remedy="correct the template that renders keys, or the values that it is given",
        )
