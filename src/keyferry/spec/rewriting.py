"""The steps of `rewrite`, which rename the keys of a `dataFrom` entry or merge its values, as frozen types.

Called by sources; carried out by sync.rendering.rewrite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias


class MergeStrategy(StrEnum):
    """`strategy`: every member becomes a key, or one key takes the merged object."""

    EXTRACT = "Extract"
    JSON = "JSON"


class ConflictPolicy(StrEnum):
    """`conflictPolicy`: what a member that occurs in two values means."""

    IGNORE = "Ignore"
    ERROR = "Error"


class PriorityPolicy(StrEnum):
    """`priorityPolicy`: what a key of `priority` that does not exist means."""

    IGNORE_NOT_FOUND = "IgnoreNotFound"
    STRICT = "Strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexpStep:
    """Replaces every match of `source` in each key. `target` may name groups, as `${1}`."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformStep:
    """Renders each key from a Go template over `{value: key}`."""

    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeStep:
    """Merges values that are JSON objects, in the order of their keys, those of `priority` last."""

    into: str
    strategy: MergeStrategy
    conflicts: ConflictPolicy
    priority: tuple[str, ...]
    priority_policy: PriorityPolicy


Step: TypeAlias = RegexpStep | TransformStep | MergeStep


def steps(fields: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps, in order; each entry was checked to have exactly one kind."""
    return tuple(_step(entry) for entry in fields)


def _step(entry: Mapping[str, Any]) -> Step:
    if "regexp" in entry:
        return RegexpStep(source=entry["regexp"]["source"], target=entry["regexp"]["target"])
    if "transform" in entry:
        return TransformStep(template=entry["transform"]["template"])
    merge = entry["merge"]
    return MergeStep(
        into=merge.get("into", ""),
        strategy=MergeStrategy(merge.get("strategy", MergeStrategy.EXTRACT)),
        conflicts=ConflictPolicy(merge.get("conflictPolicy", ConflictPolicy.ERROR)),
        priority=tuple(merge.get("priority", ())),
        priority_policy=PriorityPolicy(merge.get("priorityPolicy", PriorityPolicy.STRICT)),
    )
