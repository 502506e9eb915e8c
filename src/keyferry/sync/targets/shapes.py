"""The labels and annotations of a target from its template, and what of a target no template may change. Pure."""

from collections.abc import Callable, Mapping
from functools import partial

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import labels
from keyferry.spec.blueprint import Blueprint
from keyferry.spec.problems import Problems
from keyferry.sync.rendering import templates
from keyferry.sync.state import Shape
from keyferry.template.yaml.reading import Json


def shape(template: Blueprint, metadata: Json, text_of: Callable[[str], bytes]) -> Shape:
    """Return what `templateFrom` made of the metadata, and over it the template's own, rendered by `text_of`.

    Raises `Misplaced`. The API server would quote a label that it refuses, so it is refused here.
    """
    found = _texts(metadata)
    for part, texts in (("labels", template.labels), ("annotations", template.annotations)):
        for key, text in texts.items():
            path = f"{templates.PATH}.metadata.{part}[{foreign(key)}]"
            found[part][key] = templates.at(path, partial(text_of, text)).decode("utf-8", "replace")
    _check(found)
    return Shape(labels=found["labels"], annotations=found["annotations"], finalizers=template.finalizers)


def forbidden(path: str) -> templates.Misplaced:
    """Return the error of a template that changes what is the cluster's."""
    mistake = SpecError(
        what=f"the template changes {path} of its target",
        cause="it may make labels and annotations, which are texts, data, spec and fields beside them",
        remedy="choose another target",
    )
    return templates.Misplaced(f"{templates.PATH}.templateFrom", mistake)


def _texts(metadata: Json) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"labels": {}, "annotations": {}}
    if not isinstance(metadata, dict) or metadata.keys() - found.keys():
        raise forbidden("metadata")
    for part, held in metadata.items():
        if not isinstance(held, dict):
            raise forbidden(f"metadata.{part}")
        found[part] = {key: value for key, value in held.items() if isinstance(value, str)}
        if len(found[part]) != len(held):
            raise forbidden(f"metadata.{part}")
    return found


def _check(found: Mapping[str, Mapping[str, str]]) -> None:
    problems = Problems()
    labels.check_labels(found["labels"], "labels", problems)
    labels.check_annotations(found["annotations"], "annotations", problems)
    if problems:
        part = problems.found[0].path.partition("[")[0]
        mistake = SpecError(
            what=f"the template makes {part} that no object can have",
            cause="keys and labels hold letters, digits, -, _ and ., at most 63, a letter or digit first and last",
            remedy="correct the template, or the values that it is given",
        )
        raise templates.Misplaced(f"{templates.PATH}.metadata.{part}", mistake)
