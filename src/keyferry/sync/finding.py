"""Which secrets of a vault a `find` means. Pure."""

from collections.abc import Iterable

from keyferry.model.secrets import SecretName, SecretProperties
from keyferry.spec import regexps
from keyferry.spec.sources import Find


def matching(find: Find, properties: Iterable[SecretProperties]) -> tuple[SecretName, ...]:
    """Return the names that match, in the vault's order. Disabled secrets never do; all conditions must hold.

    The name is searched, not matched whole, and no condition at all means every secret.
    """
    matcher = regexps.compile(find.name_regexp) if find.name_regexp is not None else None
    return tuple(
        item.name
        for item in properties
        if item.enabled and (matcher is None or matcher.found_in(item.name)) and set(find.tags) <= set(item.tags)
    )
