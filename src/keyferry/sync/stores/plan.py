"""What a store's status says, from what its vault answered. Pure.

Reasons are External Secrets' own. Valid means that the identity was accepted by Entra and heard by the vault; upstream
asks neither. A ClusterSecretStore that speaks as another identity for each namespace has none to ask with, and is Valid
as upstream has it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from keyferry.model.errors import KeyferryError, Unavailable
from keyferry.spec import conditions
from keyferry.spec.conditions import SecretStoreStatus
from keyferry.sync.state import RecordEvent, WatchedStore

VALID: Final = "Valid"
INVALID: Final = "InvalidProviderConfig"
UNKNOWN: Final = "ValidationUnknown"
CAPABILITIES: Final = "ReadWrite"  # as upstream has it for Azure; what an identity may do stands in the message
STORED: Final = "StoredCredential"
SHARED: Final = "SharedIdentity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What asking the vault gave. `refusal` is why nothing could be had; the rest is what roles allow.

    `who` is the identity that asked, `stored_in` the place of its credential, "" where none is stored, and `shared_by`
    whose it is where it is not the store's own, "" where it is. `not_listing` is why listing is refused, where it is.
    With `is_referent` nobody was asked. `notes` are about fields without effect.
    """

    vault_url: str = ""
    who: str = ""
    stored_in: str = ""
    shared_by: str = ""
    refusal: KeyferryError | None = None
    may_list: bool = True
    may_read: bool = True
    not_listing: str = ""
    is_referent: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlan:
    """The status to write (None: it stands there already) and the events to record.

    `flag` is the warning that the store works, and by a stored credential or by an identity that others share.
    """

    status: SecretStoreStatus | None
    event: RecordEvent | None
    flag: RecordEvent | None = None
    failure: KeyferryError | None = None


def plan(watched: WatchedStore, checked: Checked, now: datetime) -> StorePlan:
    """Return what to tell. Waiting may help a vault that does not answer, so its store is unknown, not invalid."""
    if checked.refusal is None:
        reason = VALID if checked.may_list or checked.may_read else UNKNOWN
        flag = _flag(checked)
        message = ". ".join(part for part in (_heard(checked), flag, *checked.notes) if part)
        made = _told(watched, is_ready=True, reason=reason, message=message, now=now)
        return (
            replace(made, flag=RecordEvent(reason=STORED if checked.stored_in else SHARED, message=flag, warning=True))
            if made.event and flag
            else made
        )
    reason = UNKNOWN if isinstance(checked.refusal, Unavailable) else INVALID
    made = _told(watched, is_ready=False, reason=reason, message=str(checked.refusal), now=now)
    return replace(made, failure=checked.refusal)


def _told(watched: WatchedStore, *, is_ready: bool, reason: str, message: str, now: datetime) -> StorePlan:
    wanted = conditions.ready(is_ready=is_ready, reason=reason, message=message)
    status = SecretStoreStatus(
        capabilities=CAPABILITIES if reason == VALID else watched.status.capabilities,
        conditions=conditions.with_condition(watched.status.conditions, wanted, now),
    )
    if status == watched.status:
        return StorePlan(status=None, event=None)
    return StorePlan(
        status=status,
        event=RecordEvent(reason=reason, message=message, warning=reason != VALID),
    )


def _heard(checked: Checked) -> str:
    if checked.is_referent:
        return (
            f"Each namespace reads {checked.vault_url} as an identity of its own, which is checked at its use: see the "
            "ExternalSecrets there"
        )
    heard = f"{checked.vault_url} answers {checked.who}"
    match checked.may_list, checked.may_read:
        case True, _:
            return f"{heard}, which may list and read its secrets"
        case False, True:
            why = f": {checked.not_listing}" if checked.not_listing else ""
            return f"{heard}, which may read its secrets but not list them (dataFrom.find needs that){why}"
        case _:
            return (
                f"{heard}, which no role on the vault lets list or read; roles on single secrets show at their use. "
                'If there are none, assign it the role "Key Vault Secrets User"'
            )


def _flag(checked: Checked) -> str:
    if checked.shared_by:
        return (
            f"It speaks as {checked.shared_by}, as every store may of the namespaces that the operator's "
            "--own-identity-usable-from names: what this identity may read, all of them may. For one of its own, "
            "name a ServiceAccount in serviceAccountRef (authType WorkloadIdentity)"
        )
    if not checked.stored_in:
        return ""
    return (
        f"It proves itself by a stored credential, {checked.stored_in}, which can leak and ends one day. Move to "
        "authType WorkloadIdentity: give the application a federated credential for a ServiceAccount, and name that "
        "in serviceAccountRef"
    )
