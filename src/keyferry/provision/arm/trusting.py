"""Whom Entra trusts as a site, and what its identity may do: federated credentials and role assignments. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from keyferry.model.errors import GrantError
from keyferry.provision.arm import addresses, bodies
from keyferry.provision.arm.ensuring import ABSENT, Deed, Ensured, Resource, ensure
from keyferry.provision.arm.wire import Dialogue, Request
from keyferry.provision.grants import Grant
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import Site

EXISTS: Final = "RoleAssignmentExists"
CONFLICT: Final = frozenset({409})


def trust(estate: Estate, site: Site, issuer: str) -> Dialogue[Ensured]:
    """Let Entra take the tokens of the site's ServiceAccount for its identity.

    Whatever it is called, a credential that says so already is enough: Azure refuses a second one.
    """
    owner = next(each for each in estate.identities if each.name == site.identity)
    below = f"{addresses.identity(estate.azure, owner)}/federatedIdentityCredentials"
    about, version = f"federated credential of site {site.name}", addresses.IDENTITIES_VERSION
    listed = yield Request(method="GET", path=below, version=version, about=about)
    wanted = bodies.credential(issuer, site.subject)
    for present in listed.content.get("value") or ():
        if _says(present, wanted):
            return Ensured(about=about, deed=Deed.NOTHING, content=present)
    path = f"{below}/{addresses.credential_name(estate.cluster.name, site)}"
    ensured = yield from ensure(Resource(id=path, version=version, about=about, body=wanted))
    return ensured


def assign(estate: Estate, grant: Grant, principal_id: str) -> Dialogue[Ensured]:
    """Give a role. Under whatever name, one that is given already is enough: Azure keeps no two that say the same."""
    vault = next(each for each in estate.vaults if each.name == grant.vault)
    scope = f"{addresses.vault(estate.azure, vault)}{grant.scope}"
    resource = Resource(
        id=addresses.assignment(scope, grant.role, principal_id),
        version=addresses.ASSIGNMENTS_VERSION,
        about=f"{grant.role.azure_name} for {grant.identity} on {grant.vault}{grant.scope}",
        body=bodies.assignment(addresses.role(scope, grant.role.definition_id), principal_id),
    )
    found = yield Request(
        method="GET", path=resource.id, version=resource.version, about=resource.about, accepts=ABSENT
    )
    deed = Deed.NOTHING
    if found.status in ABSENT:
        deed = yield from _written(resource)
    return Ensured(about=resource.about, deed=deed, content={})


def _says(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    given = present.get("properties") or {}
    return all(given.get(name) == value for name, value in wanted["properties"].items())


def _written(resource: Resource) -> Dialogue[Deed]:
    written = yield Request(
        method="PUT",
        path=resource.id,
        version=resource.version,
        about=resource.about,
        body=resource.body,
        accepts=CONFLICT,
    )
    if written.status not in CONFLICT:
        return Deed.MADE
    if written.code == EXISTS:
        return Deed.NOTHING
    raise GrantError(
        what=f"the role assignment {resource.about} was refused",
        cause=f"HTTP {written.status} {written.code}",
        remedy="look at the role assignments and the locks of the vault",
    )
