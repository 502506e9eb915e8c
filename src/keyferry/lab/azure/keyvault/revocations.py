"""Continuous access evaluation: from an instant on, tokens issued before it are worth nothing.

https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation-workload
https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Tokens issued before `before` (unix seconds) are refused; "" means every vault, every principal."""

    before: int
    vault: str = ""
    principal_id: str = ""

    def meets(self, vault: str, principal_id: str) -> bool:
        """Tell whether it is about this principal's tokens at this vault."""
        return self.vault.lower() in ("", vault.lower()) and self.principal_id.lower() in ("", principal_id.lower())


class Revocations:
    """The revocations in force; `given` is the whole state. A token has a resolution of one second, so they have too.

    A token of the same second as its revocation is let through: the client's next one could not be told from it.
    """

    def __init__(self) -> None:
        self.given: list[Revocation] = []

    def revoke(self, now: datetime, vault: str = "", principal_id: str = "") -> Revocation:
        """Refuse from now on the tokens issued before `now`, of one vault or principal or of all."""
        revocation = Revocation(before=int(now.timestamp()), vault=vault, principal_id=principal_id)
        self.given = [each for each in self.given if (each.vault, each.principal_id) != (vault, principal_id)]
        self.given.append(revocation)
        return revocation

    def clear(self) -> None:
        """Let all tokens count again until they expire."""
        self.given.clear()

    def before(self, vault: str, principal_id: str) -> int:
        """Return the unix seconds before which this principal's tokens are refused at this vault; 0 for none."""
        return max((each.before for each in self.given if each.meets(vault, principal_id)), default=0)


def claims_parameter(before: int) -> str:
    """Return the challenge's `claims`: the client shall bring a token that is not older, in base64url."""
    wanted = {"access_token": {"nbf": {"essential": True, "value": str(before)}}}
    return base64.urlsafe_b64encode(json.dumps(wanted, separators=(",", ":")).encode()).decode()
