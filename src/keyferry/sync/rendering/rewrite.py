"""`rewrite`: the keys of one `dataFrom` entry get other names, or its values are merged, step by step. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

from keyferry.spec.rewriting import MergeStep, RegexpStep, Step, TransformStep
from keyferry.sync.rendering import merging, substitution
from keyferry.sync.rendering.entry import Entries, Entry

Transform: TypeAlias = Callable[[str, str], str]  # a template and the key that it shall rename


def apply(entries: Entries, steps: Sequence[Step], transform: Transform) -> dict[str, Entry]:
    """Return the entries after all steps, each on what the one before it gave. Raises `SpecError`.

    Where two keys become one, the one that comes last by the alphabet stays; upstream leaves it to chance.
    """
    current = dict(entries)
    for step in steps:
        current = _applied(current, step, transform)
    return current


def _applied(entries: Entries, step: Step, transform: Transform) -> dict[str, Entry]:
    match step:
        case RegexpStep(source=source, target=target):
            substitution.replace_all(source, target, "")  # a pattern is wrong without keys, too
            return {substitution.replace_all(source, target, key): entries[key] for key in sorted(entries)}
        case TransformStep(template=template):
            return {transform(template, key): entries[key] for key in sorted(entries)}
        case MergeStep():
            return merging.merge(entries, step)
        case _:
            assert_never(step)
