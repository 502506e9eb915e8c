"""One root for everything that can go wrong, split by who must act.

KeyferryError
├── SpecError      somebody must edit YAML or a flag
├── GrantError     somebody must change a role, a federated credential, a consent or a firewall rule
│   ├── RoleMissing        no role assignment allows it
│   └── AssertionRejected  Entra refused the ServiceAccount's token
├── NotFound       the object named does not exist (yet)
│   └── SecretAbsent   the vault itself said so of a secret
├── Unavailable    wait, as long as the service says; it or the network is down
│   └── Throttled          it is up, and asks for fewer requests
└── Bug            ours

Policy reads the type, never text or a status code. Foreign text is cut to 256 characters before it comes in here, and
no field ever holds a secret value.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

FOREIGN_TEXT_LIMIT: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The thing that an error is about: `ServiceAccount payments/api`, or `SecretStore app/kv spec.provider`."""

    kind: str
    name: str
    namespace: str = ""
    path: str = ""

    def __str__(self) -> str:
        full_name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return " ".join(part for part in (self.kind, full_name, self.path) if part)


class KeyferryError(Exception):
    """What happened, why, what to do about it, and where. The four texts are the same in every face of keyferry."""

    def __init__(self, *, what: str, cause: str = "", remedy: str = "", where: Where | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.cause = cause
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        """One line: `what: cause. Remedy: remedy (where)`."""
        text = f"{self.what}: {self.cause}" if self.cause else self.what
        if self.remedy:
            text = f"{text.rstrip('.')}. To mend it: {self.remedy}"
        return f"{text} ({self.where})" if self.where else text


class SpecError(KeyferryError):
    """The YAML, flag or argument is wrong: whoever wrote it must edit it."""


class GrantError(KeyferryError):
    """An identity may not do this: a role, a federated credential, a consent or a firewall rule must change."""


class RoleMissing(GrantError):
    """The vault knows the identity and no role allows this. A role on another secret may allow that one."""


class AssertionRejected(GrantError):
    """Entra refused to trade the ServiceAccount's token. `code` is the AADSTS number, 0 where Entra gave none."""

    def __init__(self, *, code: int, what: str, cause: str = "", remedy: str = "", where: Where | None = None) -> None:
        super().__init__(what=what, cause=cause, remedy=remedy, where=where)
        self.code = code


class NotFound(KeyferryError):
    """The object does not exist. It may appear later, so consumers look again."""


class SecretAbsent(NotFound):
    """The vault answered that it has no such secret. What a `deletionPolicy` acts on: nothing else ever deletes."""


class Unavailable(KeyferryError):
    """A service or the network does not answer as it should. `retry_after` is its own word, None where it gave none."""

    def __init__(
        self,
        *,
        retry_after: timedelta | None = None,
        what: str,
        cause: str = "",
        remedy: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(what=what, cause=cause, remedy=remedy, where=where)
        self.retry_after = retry_after


class Throttled(Unavailable):
    """The service is well, and asks for fewer requests."""


class Bug(KeyferryError):
    """Something that must not happen did. The remedy is a report to the project."""


def foreign(text: str) -> str:
    """Text of another system, on one line and at most `FOREIGN_TEXT_LIMIT` characters long. It steers no terminal."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= FOREIGN_TEXT_LIMIT else line[: FOREIGN_TEXT_LIMIT - 1] + "…"


def printable(text: str) -> str:
    """Return the text with a sign in the place of each character that is none to be read, such as an escape."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)
