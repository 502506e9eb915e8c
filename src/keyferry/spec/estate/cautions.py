"""What works in an estate though somebody should look at it. Called by parsing; nothing is refused for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from keyferry.spec.estate import regions
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Estate, Install, NewVault
from keyferry.spec.estate.origins import Placed
from keyferry.spec.estate.site_parts import Resolved
from keyferry.spec.estate.site_rules import readers_of
from keyferry.spec.estate.sites import ObjectType, RoleScope, Site
from keyferry.spec.problems import did_you_mean

MAX_ROLE_ASSIGNMENTS: Final = 4000


def of(estate: Estate, spec: Draft, found: Sequence[Resolved], *, is_whole: bool) -> tuple[Placed, ...]:
    """Return the warnings: of Azure, the vaults, identities, the sites in the order of their files, the install.

    Unless these are all sites (`is_whole`), nothing is said to be unused.
    """
    notes = Notes()
    _of_location(spec.part("azure"), notes)
    readers = readers_of(estate.sites)
    _of_vaults(estate, spec.parts("vaults"), notes)
    _of_identities(estate, spec.parts("identities"), notes)
    by_name = {site.name: site for site in estate.sites}
    for each in found:
        _of_site(by_name[each.site.name], each.draft, spec.part("defaults"), readers, notes)
    _of_roles(estate, spec, notes)
    if is_whole:
        _of_unused(estate, spec, readers, notes)
    if estate.install is not None:
        _of_install(estate.install, spec.part("install"), notes)
    return notes.found


def _of_location(azure: Draft, notes: Notes) -> None:
    location = azure.text("location")
    if location not in regions.REGIONS:
        remedy = did_you_mean(location, regions.REGIONS) or "look into `az account list-locations`"
        notes.add(azure, "location", "is no region that this version of keyferry knows", remedy)


def _of_vaults(estate: Estate, drafts: Sequence[Draft], notes: Notes) -> None:
    vaults = {vault.name: vault for vault in estate.vaults}
    for draft in drafts:
        vault = vaults[draft.text("name")]
        if not isinstance(vault, NewVault):
            continue
        if vault.network.is_open:
            remedy = "add `network` with ipRules or subnetIds, or a privateEndpoint; identity and role decide as before"
            notes.add(draft, "network", f'"{vault.name}" is reachable from every network', remedy)
        if not vault.has_purge_protection:
            message = "is off: whoever may purge can destroy deleted secrets at once"
            notes.add(draft, "purgeProtection", message, "remove the line")


def _of_identities(estate: Estate, drafts: Sequence[Draft], notes: Notes) -> None:
    users: dict[str, list[str]] = defaultdict(list)
    for site in estate.sites:
        users[site.identity].append(site.name)
    for draft in drafts:
        name = draft.text("name")
        if len(users[name]) > 1:
            message = f'"{name}" is shared by {len(users[name])} sites: each may read what any of them may'
            notes.add(draft, "name", message, "let each site have its own: remove `identity` from the sites")


def _of_site(site: Site, draft: Draft, defaults: Draft, readers: dict[str, set[str]], notes: Notes) -> None:
    shared = [vault for vault in site.vaults if len(readers[vault]) > 1]
    if shared and site.role_scope is RoleScope.VAULT:
        message = f'lets it read every secret of "{shared[0]}", which other sites share'
        notes.add(_where(draft, defaults, "roleScope"), "roleScope", message, "write secret, or remove it")
    if timedelta() < site.refresh_interval < timedelta(minutes=1):
        message = "is less than a minute, which every vault counts against all who read it"
        notes.add(_where(draft, defaults, "refreshInterval"), "refreshInterval", message, "write 1m or more")
    if not site.refresh_interval:
        message = "reads values once: no change of them ever arrives"
        notes.add(_where(draft, defaults, "refreshInterval"), "refreshInterval", message, "write such as 1h")
    if site.service_account == "default":
        message = "is what every pod of the namespace runs as that names none"
        notes.add(draft, "serviceAccount", message, "give the site a ServiceAccount of its own")
    if not site.secrets:
        notes.add(draft, "secrets", "are none: the site gets an identity alone", "add some, if any are read")


def _of_roles(estate: Estate, spec: Draft, notes: Notes) -> None:
    """https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits."""
    count = sum(len(_scopes(site)) for site in estate.sites)
    if count > MAX_ROLE_ASSIGNMENTS:
        message = f"need {count:,} role assignments, and a subscription has at most {MAX_ROLE_ASSIGNMENTS:,} in all"
        notes.add(spec, "sites", message, "part the estate, or give sites vaults of their own with roleScope vault")


def _scopes(site: Site) -> set[tuple[str, ...]]:
    """Return what it needs a role on: objects, or vaults once for secrets and once for all else."""
    if site.role_scope is RoleScope.SECRET:
        return {(secret.vault, secret.type, secret.name) for secret in site.secrets}
    return {(secret.vault, str(secret.type is ObjectType.SECRET)) for secret in site.secrets}


def _of_unused(estate: Estate, spec: Draft, readers: dict[str, set[str]], notes: Notes) -> None:
    if not estate.sites:
        notes.add(spec, "sites", "are none", "add one, or name files by siteFiles")
        return
    remedy = "remove it, or name it in a site"
    for vault in spec.parts("vaults"):
        if (name := vault.text("name")) not in readers:
            notes.add(vault, "name", f'no site reads from "{name}"', remedy)
    taken = {site.identity for site in estate.sites}
    for identity in spec.parts("identities"):
        if (name := identity.text("name")) not in taken:
            notes.add(identity, "name", f'no site is "{name}"', remedy)


def _of_install(install: Install, draft: Draft, notes: Notes) -> None:
    if not install.digest:
        remedy = "add `digest` and remove the tag"
        notes.add(draft, "image", "is not pinned by a digest: a tag can be moved", remedy)


def _where(draft: Draft, defaults: Draft, field: str) -> Draft:
    """Return who said so."""
    return draft if draft.has(field) else defaults
