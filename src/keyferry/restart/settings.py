"""The settings of restarts, as the operator's flags give them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`namespace` "" serves every namespace; `key_namespace` is where the key of the marks is kept.

    `budget` is how many workloads of one namespace may roll at a time; with 0 nothing is watched and nothing rolls.
    `reloader` says whether the annotations of Reloader count.
    """

    namespace: str = ""
    key_namespace: str = "default"
    budget: int = 2
    reloader: bool = True
