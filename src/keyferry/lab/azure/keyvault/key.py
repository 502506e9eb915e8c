"""A key, its versions and its rotation policy, as plain data."""

from dataclasses import dataclass, field
from typing import Literal

from keyferry.lab.azure.keyvault.attributes import Attributes

KeyType = Literal["RSA", "EC", "RSA-HSM", "EC-HSM"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVersion:
    """One version. `pem` is the private key in PKCS#8, `public` its public numbers as in a JSON web key."""

    id: str
    type: KeyType
    pem: str = field(repr=False)
    public: tuple[tuple[str, str], ...]
    operations: tuple[str, ...]
    attributes: Attributes
    tags: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationAction:
    """What happens at an instant of a version's life: one of the two is an ISO 8601 duration, the other "".

    `kind` is Rotate or Notify.
    """

    kind: str
    after_create: str = ""
    before_expiry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPolicy:
    """When a key is rotated. `expiry` is the life of new versions as an ISO 8601 duration, "" for no end."""

    actions: tuple[RotationAction, ...] = ()
    expiry: str = ""
    created: int | None = None
    updated: int | None = None


@dataclass(slots=True, kw_only=True)
class Key:
    """A key: its name as first written, and its versions in the order they were made.

    A managed one belongs to the certificate of its name.
    """

    name: str
    versions: dict[str, KeyVersion] = field(default_factory=dict)
    managed: bool = False
    rotation: RotationPolicy = field(default_factory=RotationPolicy)

    @property
    def latest(self) -> KeyVersion:
        """The version made last, enabled or not."""
        return next(reversed(self.versions.values()))
