"""What a vault tells of itself while it runs: each new version of a secret, key or certificate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ObjectType = Literal["Secret", "Key", "Certificate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One new version. `vault` is the vault's name, `name` the object's as first written; times are unix seconds.

    A certificate's new version is told three times, as a certificate, a key and a secret of one version id.
    """

    vault: str
    kind: ObjectType
    name: str
    version: str
    not_before: int | None
    expires: int | None
    at: datetime


def nobody(_: News) -> None:
    """Listen to nothing."""
