"""Who sends a request, as authentication found out."""

from dataclasses import dataclass, field

ANONYMOUS_NAME = "system:anonymous"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
MASTERS = "system:masters"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A name with groups. `extra` is what a ServiceAccount's token says of its pod or secret."""

    name: str
    groups: tuple[str, ...]
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody said who this is."""
        return self.name == ANONYMOUS_NAME


ADMIN = User(name="kubernetes-admin", groups=(MASTERS, AUTHENTICATED))
ANONYMOUS = User(name=ANONYMOUS_NAME, groups=(UNAUTHENTICATED,))
