"""What somebody wants a vault to hold, what was found there, and what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from keyferry.model.secrets import SecretRef, SecretValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An object as it shall be. Of certificates and keys the tags alone are wanted beside the value.

    "" as `content_type` keeps the one that is there; `expires` None wants none. `tags` have the owner's among them.
    """

    ref: SecretRef
    value: SecretValue
    tags: Mapping[str, str]
    content_type: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """An object as it is, without its value. `is_same`: its value is the wanted one.

    `is_backing`: it is the secret or the key of a certificate, and goes and comes with that.
    """

    version: str
    tags: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    expires: datetime | None = None
    is_backing: bool = False
    is_same: bool = False


class Outcome(StrEnum):
    """What became of a wish or of an object that was to go."""

    WRITTEN = "written"
    UPDATED = "updated"  # its attributes and tags, not its value
    UNCHANGED = "unchanged"
    LEFT = "left"  # it exists, and was to be left alone then
    REMOVED = "removed"
    ABSENT = "absent"
    FOREIGN = "foreign"  # it is somebody else's, so it stays
