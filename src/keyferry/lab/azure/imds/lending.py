"""Which of the machine's identities a token request means.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identities-faq: without a name it
is the machine's own identity, else the only one that is assigned; with several and none named there is no answer.
"""

from typing import Final

from keyferry.lab.azure.directory import Directory, Identity
from keyferry.lab.azure.imds.answers import RefusedError
from keyferry.lab.world.http import Request

_BY_CLIENT_ID: Final = ("client_id",)
_BY_PRINCIPAL_ID: Final = ("object_id", "principal_id")
_BY_RESOURCE_ID: Final = ("msi_res_id", "mi_res_id")


def identity_of(request: Request, directory: Directory) -> Identity:
    """Return the identity that the request names, or the default one. RefusedError (400) where there is none."""
    names = (*_BY_CLIENT_ID, *_BY_PRINCIPAL_ID, *_BY_RESOURCE_ID)
    given = [name for name in names if request.parameter(name)]
    if len(given) > 1:
        raise _refused(f"Only one of the query variables {', '.join(given)} may be specified")
    if not given:
        return _default(directory)
    wanted = request.parameter(given[0]).lower()
    found = next((each for each in _assigned(directory) if wanted == _id(each, given[0]).lower()), None)
    if found is None:
        raise _refused("Identity not found")
    return found


def _default(directory: Directory) -> Identity:
    if directory.machine.own:
        return directory.machine.own[0]
    assigned = _assigned(directory)
    if not assigned:
        raise _refused("Identity not found")
    if len(assigned) > 1:
        raise _refused(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity "
            "in the token request"
        )
    return assigned[0]


def _assigned(directory: Directory) -> list[Identity]:
    """Return the identities that the machine may lend and that still exist, its own first."""
    found = (directory.identity_at(resource_id) for resource_id in directory.machine.identities)
    return [*directory.machine.own, *(identity for identity in found if identity is not None)]


def _id(identity: Identity, name: str) -> str:
    if name in _BY_CLIENT_ID:
        return identity.client_id
    return identity.principal_id if name in _BY_PRINCIPAL_ID else identity.resource_id


def _refused(description: str) -> RefusedError:
    return RefusedError(400, "invalid_request", description)
