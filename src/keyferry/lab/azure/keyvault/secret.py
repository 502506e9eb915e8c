"""A secret and its versions, as plain data."""

from dataclasses import dataclass, field

from keyferry.lab.azure.keyvault.attributes import Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretVersion:
    """One version. `previous` is the version before, of a certificate's secret alone; "" where there is none."""

    id: str
    value: str = field(repr=False)
    attributes: Attributes
    content_type: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None
    previous: str = ""


@dataclass(slots=True, kw_only=True)
class Secret:
    """A secret: its name as first written, and its versions in the order they were made.

    A managed one belongs to the certificate of its name, as the key of that name does.
    """

    name: str
    versions: dict[str, SecretVersion] = field(default_factory=dict)
    managed: bool = False

    @property
    def latest(self) -> SecretVersion:
        """The version made last, enabled or not."""
        return next(reversed(self.versions.values()))
