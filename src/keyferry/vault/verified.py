"""What the vault's readers get: a value or a list, and since when it is known to be so. Pure."""

from dataclasses import dataclass
from datetime import datetime

from keyferry.model.secrets import SecretBundle, SecretProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A secret as the vault had it at `at` or later: when the request began that saw it, by our own clock."""

    bundle: SecretBundle
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The properties of all objects of a vault, in the order of the service, as they were at `at` or later."""

    properties: tuple[SecretProperties, ...]
    at: datetime
