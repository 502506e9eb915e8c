"""keyferry.yaml becomes one frozen Estate, or one error with everything that is wrong, each by its place. Pure.

Called by provision.intake, which reads the files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keyferry.spec.estate import (
    azure_parts,
    cautions,
    drafts,
    platform_parts,
    resource_groups,
    site_parts,
    site_rules,
    vault_parts,
)
from keyferry.spec.estate.drafts import Draft, Notes
from keyferry.spec.estate.estate import Estate, Identity, NewIdentity
from keyferry.spec.estate.origins import InvalidEstate, Placed, SiteSource
from keyferry.spec.estate.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An estate, and what works though somebody should look at it."""

    estate: Estate
    warnings: tuple[Placed, ...]


def parse(document: Mapping[str, object], extra_sites: Sequence[SiteSource] = ()) -> Estate:
    """Return the estate that keyferry.yaml and further sites describe; InvalidEstate lists every problem."""
    return read(document, extra_sites).estate


def read(document: Mapping[str, object], extra_sites: Sequence[SiteSource] = (), *, is_whole: bool = True) -> Reading:
    """Return what `parse` does, with warnings.

    Unless these are all sites (`is_whole`), nothing is said to be unused.
    """
    notes = Notes()
    whole = drafts.of_document(document, notes)
    spec = whole.part("spec")
    sites = [*spec.parts("sites"), *(drafts.of_site(source, notes) for source in extra_sites)]
    estate, found = _estate(whole, sites, notes)
    platform_parts.check_alerts(estate, spec, notes)
    if notes:
        raise InvalidEstate(name=estate.name, placed=notes.found)
    return Reading(estate=estate, warnings=cautions.of(estate, spec, found, is_whole=is_whole))


def _estate(whole: Draft, sites: Sequence[Draft], notes: Notes) -> tuple[Estate, list[site_parts.Resolved]]:
    spec, name = whole.part("spec"), whole.part("metadata").text("name")
    azure = azure_parts.azure(spec.part("azure"), notes)
    resource_groups.check(spec, azure, notes)
    vaults = vault_parts.vaults(spec.parts("vaults"), azure, notes)
    identities = vault_parts.identities(spec.parts("identities"), notes)
    known = site_parts.Known(
        estate=name,
        vaults=tuple(vaults),
        identities=frozenset(identities),
        taken=frozenset(map(str.lower, identities)),
        defaults=spec.part("defaults"),
        has_all_vaults=all(draft.has("name") for draft in spec.parts("vaults")),
        has_all_identities=all(draft.has("name") for draft in spec.parts("identities")),
    )
    found = [site_parts.resolve(draft, known, notes) for draft in sites]
    site_rules.check(found, notes)
    scoped = site_rules.with_scopes(found, vaults)
    return Estate(
        name=name,
        azure=azure,
        cluster=azure_parts.cluster(spec.part("cluster"), notes),
        vaults=tuple(sorted(vaults.values(), key=_name_of)),
        identities=_identities(identities, scoped),
        sites=tuple(sorted(scoped, key=_name_of)),
        install=platform_parts.install(spec, notes),
        events=platform_parts.events(spec),
        monitoring=platform_parts.monitoring(spec, notes),
        backend=platform_parts.backend(spec, notes),
    ), found


def _identities(written: Mapping[str, Identity], sites: Sequence[Site]) -> tuple[Identity, ...]:
    own = {site.identity: NewIdentity(name=site.identity) for site in sites if site.identity not in written}
    return tuple(sorted((*written.values(), *own.values()), key=_name_of))


def _name_of(named: object) -> str:
    return str(getattr(named, "name", ""))
