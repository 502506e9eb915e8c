"""What takes several sites to see: names, subjects, Secrets, and how many subjects an identity can have.

Called by parsing, on sites that were resolved one by one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from keyferry.model.wellknown import MAX_FEDERATED_CREDENTIALS
from keyferry.spec.estate.drafts import Notes
from keyferry.spec.estate.site_parts import Resolved
from keyferry.spec.estate.sites import Delivery, RoleScope, Site


def check(found: Sequence[Resolved], notes: Notes) -> None:
    """Note what two sites cannot both be."""
    _once(found, notes, "name", _named)
    _once(found, notes, "serviceAccount", _subject)
    _once(found, notes, "secretName", _secret)
    _check_counts(found, notes)


def with_scopes(found: Sequence[Resolved]) -> list[Site]:
    """Return the sites with what roles are assigned on: single objects where identities share a vault."""
    readers = readers_of([each.site for each in found])
    return [_scoped(each, readers) for each in found]


def readers_of(sites: Sequence[Site]) -> dict[str, set[str]]:
    """Return the identities that read from each vault."""
    readers: dict[str, set[str]] = defaultdict(set)
    for site in sites:
        for vault in site.vaults:
            readers[vault].add(site.identity)
    return readers


def _scoped(each: Resolved, readers: dict[str, set[str]]) -> Site:
    is_shared = any(len(readers[vault]) > 1 for vault in each.site.vaults)
    return replace(each.site, role_scope=RoleScope.SECRET) if each.is_scope_open and is_shared else each.site


def _once(
    found: Sequence[Resolved], notes: Notes, field: str, key_of: Callable[[Site], tuple[str, str, str] | None]
) -> None:
    """Note each site that has what an earlier one has; a key is what must differ, and how that and a remedy read."""
    seen: dict[str, Resolved] = {}
    for each in found:
        key = key_of(each.site)
        if key is None:
            continue
        first = seen.setdefault(key[0], each)
        if first is not each:
            where = f" in {first.draft.origin.file}" if first.draft.origin != each.draft.origin else ""
            notes.add(
                each.draft, field, f'{key[1]} of site "{first.site.name}" ({first.draft.path or "all"}{where})', key[2]
            )


def _named(site: Site) -> tuple[str, str, str] | None:
    return (site.name, "is the name", "rename one of the sites") if site.name else None


def _subject(site: Site) -> tuple[str, str, str] | None:
    if not (site.namespace and site.service_account):
        return None
    remedy = "give each site a ServiceAccount of its own, or make one site of both: one ServiceAccount is one identity"
    return site.subject, f"{site.namespace}/{site.service_account} is the ServiceAccount", remedy


def _secret(site: Site) -> tuple[str, str, str] | None:
    if not (site.namespace and site.delivered(Delivery.SECRET)):
        return None
    remedy = "give one of them another secretName: two sites would overwrite each other's keys"
    return f"{site.namespace}/{site.secret_name}", f"{site.namespace}/{site.secret_name} is the Secret", remedy


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
