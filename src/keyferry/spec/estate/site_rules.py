"""What takes several sites to see: names, subjects, Secrets, and how many subjects an identity can have.

Called by parsing, on sites that were resolved one by one.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from keyferry.model.wellknown import MAX_FEDERATED_CREDENTIALS
from keyferry.spec.estate.drafts import Notes
from keyferry.spec.estate.estate import ExistingVault, Vault
from keyferry.spec.estate.site_parts import Resolved
from keyferry.spec.estate.sites import Delivery, RoleScope, Site

_ITS_FILE: Final = "the estate's file"  # whose name the command knows


class _Key(NamedTuple):
    """What no two sites may share, and what to say where two do."""

    text: str
    message: str
    remedy: str


_KeyOf: TypeAlias = Callable[[Site], _Key | None]


def check(found: Sequence[Resolved], notes: Notes) -> None:
    """Note what two sites cannot both be."""
    _once(found, notes, "name", _named)
    _once(found, notes, "serviceAccount", _subject)
    _once(found, notes, "secretName", _secret)
    _check_counts(found, notes)


def with_scopes(found: Sequence[Resolved], vaults: Mapping[str, Vault]) -> list[Site]:
    """Return the sites with what roles are assigned on: single objects, or a vault whose every secret is the site's.

    Several identities may share a vault, and one that was there already may hold anything.
    """
    readers = readers_of([each.site for each in found])
    foreign = {name for name, vault in vaults.items() if isinstance(vault, ExistingVault)}
    shared = foreign | {name for name, identities in readers.items() if len(identities) > 1}
    return [_scoped(each, shared) for each in found]


def readers_of(sites: Sequence[Site]) -> dict[str, set[str]]:
    """Return the identities that read from each vault."""
    readers: dict[str, set[str]] = defaultdict(set)
    for site in sites:
        for vault in site.vaults:
            readers[vault].add(site.identity)
    return readers


def _scoped(each: Resolved, shared: set[str]) -> Site:
    is_narrow = each.is_scope_open and not shared.isdisjoint(each.site.vaults)
    return replace(each.site, role_scope=RoleScope.SECRET) if is_narrow else each.site


def _once(found: Sequence[Resolved], notes: Notes, field: str, key_of: _KeyOf) -> None:
    """Note each site that has what an earlier one has. Of two of one name nothing else is said."""
    seen: dict[str, Resolved] = {}
    for each in found:
        key = key_of(each.site)
        first = seen.setdefault(key.text, each) if key is not None else each
        if key is not None and first is not each and (field == "name" or first.site.name != each.site.name):
            notes.add(each.draft, field, f"{key.message} of another site, {_told(first, each)}", key.remedy)


def _told(first: Resolved, each: Resolved) -> str:
    """Return which site stands elsewhere."""
    file = first.draft.origin.file
    where = f" in {file or _ITS_FILE}" if file != each.draft.origin.file else ""
    return f"{first.draft.path}{where}" if first.draft.path else f'"{first.site.name}"{where}'


def _named(site: Site) -> _Key | None:
    return _Key(site.name, "is the name", "rename one of the sites") if site.name else None


def _subject(site: Site) -> _Key | None:
    if not (site.namespace and site.service_account):
        return None
    remedy = "give each site a ServiceAccount of its own, or make one site of both: one ServiceAccount is one identity"
    return _Key(site.subject, f"{site.namespace}/{site.service_account} is the ServiceAccount", remedy)


def _secret(site: Site) -> _Key | None:
    if not (site.namespace and site.delivered(Delivery.SECRET)):
        return None
    remedy = "give one of them another secretName: two sites would overwrite each other's keys"
    name = f"{site.namespace}/{site.secret_name}"
    return _Key(name, f"{name} is the Secret", remedy)


def _check_counts(found: Sequence[Resolved], notes: Notes) -> None:
    """Entra takes 20 federated credentials on an identity, and a site is one."""
    counts: dict[str, int] = defaultdict(int)
    for each in found:
        counts[each.site.identity] += 1
        if counts[each.site.identity] == MAX_FEDERATED_CREDENTIALS + 1:
            total = sum(other.site.identity == each.site.identity for other in found)
            message = f"is that of {total} sites, and an identity has at most {MAX_FEDERATED_CREDENTIALS}"
            remedy = "remove `identity`, so that the site gets one of its own, or share a second identity among some"
            notes.add(each.draft, "identity", f"{message} federated credentials", remedy)
