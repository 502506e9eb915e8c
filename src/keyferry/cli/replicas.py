"""The flags of an operator that has replicas, and of how often it looks: shared between its command and its help."""

from datetime import timedelta
from typing import Annotated, TypeAlias

import typer

from keyferry.model.errors import SpecError
from keyferry.spec import durations

FeedIntervalOption: TypeAlias = Annotated[
    str, typer.Option(help="Look at every vault this often for changes, as 10s; 0s: as refreshInterval asks.")
]
LeaderElectOption: TypeAlias = Annotated[bool, typer.Option(help="With several replicas: let one work.")]
ShardsOption: TypeAlias = Annotated[
    int, typer.Option(min=1, max=64, help="With several replicas: share the stores among them, in so many parts.")
]
LeaseNamespaceOption: TypeAlias = Annotated[
    str, typer.Option(help="Where the replicas' Leases are kept.", envvar="POD_NAMESPACE")
]


def interval(text: str) -> timedelta:
    """Return a duration of a flag. SpecError when it is none, or negative."""
    found = durations.parse(text)
    if found < timedelta():
        raise SpecError(what=f"{text} is a negative duration", remedy="write one such as 10s, or 0s for none")
    return found
