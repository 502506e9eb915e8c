"""One site as a type: its own words, else the estate's defaults, else what everybody gets. Called by parsing."""

from dataclasses import dataclass
from typing import Final

from keyferry.spec import durations
from keyferry.spec.estate import secret_parts
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.secret_parts import Manner
from keyferry.spec.estate.sites import Consumption, Deliver, RoleScope, Site
from keyferry.spec.problems import did_you_mean

_HOUR: Final = "1h"
_MOUNT_PATH: Final = "/mnt/secrets"
_OF_EVERY_CLUSTER: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What sites may name: vaults and identities, each by name; and what holds where they say nothing.

    `taken` are the names of identities in lower case, as Azure does not tell them by case. Where a name was wrong, not
    all are here, and of what is missing nothing more is said.
    """

    estate: str
    vaults: tuple[str, ...]
    identities: frozenset[str]
    taken: frozenset[str]
    defaults: Draft
    has_all_vaults: bool
    has_all_identities: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A site, and where it was written. `is_scope_open`: its roles' scope is still to be found."""

    site: Site
    draft: Draft
    is_scope_open: bool


def resolve(draft: Draft, known: Known, notes: Notes) -> Resolved:
    """Return a site with everything filled in that depends on no other site."""
    name = draft.text("name")
    namespace = draft.text("namespace", name)
    vault = _vault(draft, known, notes)
    manner = Manner(
        vault=vault,
        consume=Consumption(_said(draft, known, "consume", Consumption.FILES)),
        deliver=Deliver(_said(draft, known, "deliver", Deliver.AUTO)),
    )
    drafts = (draft if draft.has("secrets") else known.defaults).parts("secrets")
    site = Site(
        name=name,
        namespace=namespace,
        service_account=draft.text("serviceAccount", name),
        makes_namespace=_flag(draft, known, "createNamespace", default=namespace not in _OF_EVERY_CLUSTER),
        identity=_identity(draft, known, notes),
        vault=vault,
        role_scope=RoleScope(_said(draft, known, "roleScope", RoleScope.VAULT)),
        secret_name=draft.text("secretName", f"{name}-secrets"),
        refresh_interval=durations.parse(_said(draft, known, "refreshInterval", _HOUR)),
        mount_path=_said(draft, known, "mountPath", _MOUNT_PATH),
        workload=draft.text("workload", name),
        secrets=secret_parts.secrets(drafts, manner, notes),
    )
    _check_vaults(draft, drafts, site, known, notes)
    is_scope_open = not draft.has("roleScope") and not known.defaults.has("roleScope")
    return Resolved(site=site, draft=draft, is_scope_open=is_scope_open)


def _said(draft: Draft, known: Known, field: str, default: str) -> str:
    return draft.text(field, known.defaults.text(field, default))


def _flag(draft: Draft, known: Known, field: str, *, default: bool) -> bool:
    return draft.flag(field, default=known.defaults.flag(field, default=default))


def _identity(draft: Draft, known: Known, notes: Notes) -> str:
    """Return the name of its identity: one that is shared, or its own."""
    if not draft.has("identity"):
        own = f"{known.estate}-{draft.text('name')}"
        if own.lower() in known.taken:
            message = f'gives it an identity of the name "{own}", which stands in identities'
            notes.add(draft, "name", message, "rename one, or name it in `identity`")
        return own
    name = draft.text("identity")
    if name not in known.identities and known.has_all_identities:
        remedy = (
            did_you_mean(name, known.identities) or "add it to spec.identities, or remove it: each site gets its own"
        )
        notes.add(draft, "identity", f'"{name}" is not among spec.identities', remedy)
    return name


def _vault(draft: Draft, known: Known, notes: Notes) -> str:
    """Return the vault of a site, or "" where it names none and there are several."""
    for part in (draft, known.defaults):
        if part.has("vault"):
            _check_vault(part, known, notes)
            return part.text("vault")
    return known.vaults[0] if len(known.vaults) == 1 else ""


def _check_vault(part: Draft, known: Known, notes: Notes) -> None:
    name = part.text("vault")
    if name not in known.vaults and known.has_all_vaults:
        remedy = did_you_mean(name, known.vaults) or "add it to spec.vaults, with `existing` where it is there already"
        notes.add(part, "vault", f'"{name}" is not among spec.vaults', remedy)


def _check_vaults(draft: Draft, drafts: list[Draft], site: Site, known: Known, notes: Notes) -> None:
    for part in drafts:
        if part.has("vault"):
            _check_vault(part, known, notes)
    if all(secret.vault for secret in site.secrets) or not known.has_all_vaults:
        return
    if known.vaults:
        message = f"names no vault, and the estate has {len(known.vaults)}"
        notes.add(draft, "vault", message, "name it here, or in spec.defaults for all sites")
    else:
        notes.add(draft, "vault", "cannot be, for the estate has none", "add a vault to spec.vaults")
