"""From method and path to an operation."""

import re
from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.world.http import Request

API_VERSIONS: Final = (
    "2026-04-01",
    "2025-07-01",
    "7.6",
    "7.5",
    "7.4",
    "7.3",
    "7.2",
    "7.1",
    "7.0",
    "2016-10-01",
)
_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_VERSION: Final = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation and what it is about. `name` and `version` are as written, "" where there is none."""

    operation: Operation
    name: str = ""
    version: str = ""


_ROUTES: Final = {
    ("GET", "/secrets"): Operation.SECRET_LIST,
    ("GET", "/secrets/NAME"): Operation.SECRET_GET,
    ("PUT", "/secrets/NAME"): Operation.SECRET_SET,
    ("PATCH", "/secrets/NAME"): Operation.SECRET_UPDATE,
    ("DELETE", "/secrets/NAME"): Operation.SECRET_DELETE,
    ("GET", "/secrets/NAME/versions"): Operation.SECRET_LIST_VERSIONS,
    ("GET", "/secrets/NAME/VERSION"): Operation.SECRET_GET,
    ("PATCH", "/secrets/NAME/VERSION"): Operation.SECRET_UPDATE,
    ("GET", "/deletedsecrets"): Operation.SECRET_LIST_DELETED,
    ("GET", "/deletedsecrets/NAME"): Operation.SECRET_GET_DELETED,
    ("DELETE", "/deletedsecrets/NAME"): Operation.SECRET_PURGE,
    ("POST", "/deletedsecrets/NAME/recover"): Operation.SECRET_RECOVER,
}


def find(request: Request) -> Route | None:
    """Return the route, None where the vault has nothing there. A trailing slash is an empty version."""
    parts = request.path.strip("/").split("/")
    if len(parts) > 3:
        return None
    collection, name, last = (*parts, "", "")[:3]
    shape = "/" + collection.lower()
    if name:
        shape += "/NAME"
    if last:
        shape += f"/{last.lower()}" if last.lower() in ("versions", "recover") else "/VERSION"
    operation = _ROUTES.get((request.method, shape))
    if operation is None:
        return None
    return Route(operation=operation, name=name, version=last if shape.endswith("/VERSION") else "")


def check(request: Request, route: Route | None) -> Route:
    """Return the route of a well-formed request. RefusedError names the api-version, name or path that is wrong."""
    version = request.parameter("api-version")
    if version not in API_VERSIONS:
        problem = f"'{version[:40]}' is not known" if version else "it is required"
        raise bad_parameter("api-version", problem)
    if route is None:
        raise RefusedError(404, "NotFound", f"There is no {request.method} at this address of a vault.")
    if route.name and not _NAME.fullmatch(route.name):
        raise bad_parameter("secret-name", "it must be 1 to 127 letters, digits and hyphens")
    if route.version and not _VERSION.fullmatch(route.version):
        raise bad_parameter("secret-version", "it must be 32 hexadecimal digits")
    return route
