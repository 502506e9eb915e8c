"""From method and path to an operation.

https://learn.microsoft.com/rest/api/keyvault
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.world.http import Request

# Those of https://github.com/Azure/azure-rest-api-specs; the az CLI asks for keys in a preview.
API_VERSIONS: Final = (
    *("2026-04-01", "2025-07-01", "2025-06-01-preview"),
    *("7.6", "7.6-preview.2", "7.6-preview.1", "7.5", "7.5-preview.1", "7.4", "7.4-preview.1"),
    *("7.3", "7.3-preview", "7.2", "7.2-preview", "7.1", "7.1-preview", "7.0", "7.0-preview"),
    *("2016-10-01", "2015-06-01"),
)
_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_VERSION: Final = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation and what it is about. `name`, `version`, `issuer` are as written, "" where there is none."""

    operation: Operation
    name: str = ""
    version: str = ""
    issuer: str = ""


# Of two patterns that fit, the first is meant: a word before a name.
_PATTERNS: Final = """
GET secrets SECRET_LIST
POST secrets/restore SECRET_RESTORE
GET secrets/{name} SECRET_GET
PUT secrets/{name} SECRET_SET
PATCH secrets/{name} SECRET_UPDATE
DELETE secrets/{name} SECRET_DELETE
GET secrets/{name}/versions SECRET_LIST_VERSIONS
POST secrets/{name}/backup SECRET_BACKUP
GET secrets/{name}/{version} SECRET_GET
PATCH secrets/{name}/{version} SECRET_UPDATE
GET deletedsecrets SECRET_LIST_DELETED
GET deletedsecrets/{name} SECRET_GET_DELETED
DELETE deletedsecrets/{name} SECRET_PURGE
POST deletedsecrets/{name}/recover SECRET_RECOVER

GET keys KEY_LIST
POST keys/restore KEY_RESTORE
GET keys/{name} KEY_GET
PUT keys/{name} KEY_IMPORT
PATCH keys/{name} KEY_UPDATE
DELETE keys/{name} KEY_DELETE
GET keys/{name}/versions KEY_LIST_VERSIONS
POST keys/{name}/create KEY_CREATE
POST keys/{name}/rotate KEY_ROTATE
POST keys/{name}/backup KEY_BACKUP
GET keys/{name}/rotationpolicy KEY_GET_ROTATION_POLICY
PUT keys/{name}/rotationpolicy KEY_SET_ROTATION_POLICY
GET keys/{name}/{version} KEY_GET
PATCH keys/{name}/{version} KEY_UPDATE
POST keys/{name}/{version}/encrypt KEY_ENCRYPT
POST keys/{name}/{version}/decrypt KEY_DECRYPT
POST keys/{name}/{version}/wrapkey KEY_WRAP
POST keys/{name}/{version}/unwrapkey KEY_UNWRAP
POST keys/{name}/{version}/sign KEY_SIGN
POST keys/{name}/{version}/verify KEY_VERIFY
POST keys/{name}/encrypt KEY_ENCRYPT
POST keys/{name}/decrypt KEY_DECRYPT
POST keys/{name}/wrapkey KEY_WRAP
POST keys/{name}/unwrapkey KEY_UNWRAP
POST keys/{name}/sign KEY_SIGN
POST keys/{name}/verify KEY_VERIFY
GET deletedkeys KEY_LIST_DELETED
GET deletedkeys/{name} KEY_GET_DELETED
DELETE deletedkeys/{name} KEY_PURGE
POST deletedkeys/{name}/recover KEY_RECOVER

GET certificates CERTIFICATE_LIST
POST certificates/restore CERTIFICATE_RESTORE
GET certificates/contacts CERTIFICATE_GET_CONTACTS
PUT certificates/contacts CERTIFICATE_SET_CONTACTS
DELETE certificates/contacts CERTIFICATE_DELETE_CONTACTS
GET certificates/issuers CERTIFICATE_LIST_ISSUERS
GET certificates/issuers/{issuer} CERTIFICATE_GET_ISSUER
PUT certificates/issuers/{issuer} CERTIFICATE_SET_ISSUER
PATCH certificates/issuers/{issuer} CERTIFICATE_UPDATE_ISSUER
DELETE certificates/issuers/{issuer} CERTIFICATE_DELETE_ISSUER
GET certificates/{name} CERTIFICATE_GET
PATCH certificates/{name} CERTIFICATE_UPDATE
DELETE certificates/{name} CERTIFICATE_DELETE
GET certificates/{name}/versions CERTIFICATE_LIST_VERSIONS
POST certificates/{name}/create CERTIFICATE_CREATE
POST certificates/{name}/import CERTIFICATE_IMPORT
POST certificates/{name}/backup CERTIFICATE_BACKUP
GET certificates/{name}/policy CERTIFICATE_GET_POLICY
PATCH certificates/{name}/policy CERTIFICATE_UPDATE_POLICY
GET certificates/{name}/pending CERTIFICATE_GET_PENDING
PATCH certificates/{name}/pending CERTIFICATE_UPDATE_PENDING
DELETE certificates/{name}/pending CERTIFICATE_DELETE_PENDING
POST certificates/{name}/pending/merge CERTIFICATE_MERGE
GET certificates/{name}/{version} CERTIFICATE_GET
PATCH certificates/{name}/{version} CERTIFICATE_UPDATE
GET deletedcertificates CERTIFICATE_LIST_DELETED
GET deletedcertificates/{name} CERTIFICATE_GET_DELETED
DELETE deletedcertificates/{name} CERTIFICATE_PURGE
POST deletedcertificates/{name}/recover CERTIFICATE_RECOVER
"""
_Pattern = tuple[str, tuple[str, ...], Operation]


def _index(patterns: str) -> Mapping[tuple[str, int], tuple[_Pattern, ...]]:
    index: dict[tuple[str, int], tuple[_Pattern, ...]] = defaultdict(tuple)
    for line in filter(None, patterns.splitlines()):
        method, path, operation = line.split()
        words = tuple(path.split("/"))
        index[words[0], len(words)] += ((method, words, Operation[operation]),)
    return index


_ROUTES: Final = _index(_PATTERNS)


def find(request: Request) -> Route | None:
    """Return the route, None where the vault has nothing there. A trailing slash is an empty version."""
    return next((route for method, route in _at(request.path) if method == request.method), None)


def check(request: Request, route: Route | None) -> Route:
    """Return the route of a well-formed request. RefusedError names the api-version, name or path that is wrong.

    Which parameters the service refuses when they are repeated is not documented: here each one that it reads.
    """
    for name in ("api-version", "maxresults", "$skiptoken"):
        if sum(key == name for key, _ in request.query) > 1:
            raise bad_parameter(name, "it is there more than once")
    version = request.parameter("api-version")
    if version not in API_VERSIONS:
        problem = f"'{version[:40]}' is not known" if version else "it is required"
        raise bad_parameter("api-version", problem)
    if route is None:
        raise _nothing(request)
    kind = route.operation.kind.removesuffix("s")
    if route.name and not _NAME.fullmatch(route.name):
        raise bad_parameter(f"{kind}-name", "it must be 1 to 127 letters, digits and hyphens")
    if route.version and not _VERSION.fullmatch(route.version):
        raise bad_parameter(f"{kind}-version", "it must be 32 hexadecimal digits")
    if route.issuer and not _NAME.fullmatch(route.issuer):
        raise bad_parameter("issuer-name", "it must be 1 to 127 letters, digits and hyphens")
    return route


def _at(path: str) -> list[tuple[str, Route]]:
    """Return what can be done at this path, by method. Terraform's azurerm provider begins some with two slashes."""
    parts = path.lstrip("/").split("/")
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    collection = parts[0].lower() if parts else ""
    found = []
    for method, words, operation in _ROUTES.get((collection, len(parts)), ()):
        names = _names(words, parts)
        if names is not None:
            found.append((method, Route(operation=operation, **names)))
    return found


def _names(words: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    names = {}
    for word, part in zip(words, parts, strict=True):
        if word.startswith("{"):
            names[word.strip("{}")] = part
        elif word != part.lower():
            return None
    return names if names.get("name", "x") and names.get("issuer", "x") else None


def _nothing(request: Request) -> RefusedError:
    if _at(request.path):
        return RefusedError(405, "MethodNotAllowed", f"{request.method} is not a method of this address.")
    return RefusedError(404, "NotFound", f"There is no {request.method} at this address of a vault.")
