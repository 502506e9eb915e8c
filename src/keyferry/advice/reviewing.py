"""The review of a document with its templates parsed, which `spec` knows nothing of. Pure.

Called by admit.plan, which refuses what upstream refuses, and by the rules of `reviewed`, so all say the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from keyferry.model.errors import SpecError
from keyferry.spec import external_secret, push_secret, reviewing
from keyferry.spec.problems import Problem, Review
from keyferry.template.errors import TemplateError
from keyferry.template.language.compiled import Template


def review(document: Mapping[str, Any]) -> Review | None:
    """Return what is to be said of a document; None where its kind is none of ours.

    A template that does not parse is a problem of ours: upstream stores it, and fails at each refresh.
    """
    found = reviewing.review(document)
    if found is None or found.problems:
        return found
    return Review(problems=tuple(_mistakes(document)), warnings=found.warnings)


def _mistakes(document: Mapping[str, Any]) -> Iterator[Problem]:
    for path, text in _templates(document):
        try:
            Template(text)
        except TemplateError as mistake:
            place = f"line {mistake.line}, column {mistake.column}: " if mistake.line else ""
            yield Problem(path=path, message=f"{place}{mistake.cause}", remedy=mistake.remedy, is_ours=True)


def _templates(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    try:
        match document["kind"]:
            case external_secret.KIND:
                return external_secret.parse(document).templates
            case push_secret.KIND:
                template = push_secret.parse(document).template
                return (
                    () if template is None else tuple((f"spec.template.{path}", text) for path, text in template.texts)
                )
            case _:
                return ()
    except SpecError:  # it has warnings that are errors to the operator, and those were told
        return ()
