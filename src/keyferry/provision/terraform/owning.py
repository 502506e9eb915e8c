"""Whose an identity is: people think of sites, and most identities are there for one. Pure."""

from collections import defaultdict
from collections.abc import Mapping

from keyferry.spec.estate.estate import Estate


def owners(estate: Estate) -> Mapping[str, str]:
    """Return the site of each identity that one site alone has."""
    sites: dict[str, list[str]] = defaultdict(list)
    for site in estate.sites:
        sites[site.identity].append(site.name)
    return {identity: names[0] for identity, names in sites.items() if len(names) == 1}
