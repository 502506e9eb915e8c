"""`rewrite`: the keys of one `dataFrom` entry get other names, or its values are merged, step by step. Pure."""

from collections.abc import Sequence
from typing import assert_never

from keyferry.spec.rewriting import MergeStep, RegexpStep, Step, TransformStep
from keyferry.sync.rendering import merging
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.rendering.entry import Entries, Entry


def apply(entries: Entries, steps: Sequence[Step], engine: Engine) -> dict[str, Entry]:
    """Return the entries after all steps, each on what the one before it gave. Raises `SpecError`.

    Where two keys become one, the one that comes last by the alphabet stays; upstream leaves it to chance.
    """
    current = dict(entries)
    for step in steps:
        current = _applied(current, step, engine)
    return current


def _applied(entries: Entries, step: Step, engine: Engine) -> dict[str, Entry]:
    match step:
        case RegexpStep(source=source, target=target):
            keys = sorted(entries)
            return {new: entries[key] for new, key in zip(engine.replace(source, target, keys), keys, strict=True)}
        case TransformStep(template=template):
            return {engine.transform(template, key): entries[key] for key in sorted(entries)}
        case MergeStep():
            return merging.merge(engine.world, entries, step)
        case _:
            assert_never(step)
