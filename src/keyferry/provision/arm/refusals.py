"""What Azure Resource Manager refused, in keyferry's words. Pure; called by `sending`.

Its texts name resources and principals and never a value, and are cut all the same.
https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable, Where, foreign
from keyferry.provision.arm.wire import Request, Response

_SECONDS: Final = re.compile(r"\d{1,5}")
_RIGHTS: Final = 'give whoever runs this the roles Contributor and "Role Based Access Control Administrator" there'
_REMEDIES: Final = {
    "ConflictError": "a deleted vault of this name is kept: recover it (az keyvault recover), or purge it",
    "VaultAlreadyExists": "vault names are unique in the whole of Azure: choose another",
    "InvalidResourceLocation": "it is in another location: correct `location`, or choose another name",
    "MissingSubscriptionRegistration": "register the provider: az provider register --namespace Microsoft.KeyVault …",
    "SubscriptionNotFound": "correct `subscriptionId`: az account show prints it",
}


def response(status: int, body: bytes, retry_after: str) -> Response:
    """Return an answer as a value; what is no JSON object is an empty one."""
    try:
        content = msgspec.json.decode(body) if body else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        content = {}
    content = content if isinstance(content, dict) else {}
    wait = timedelta(seconds=int(retry_after)) if _SECONDS.fullmatch(retry_after) else None
    return Response(status=status, content=content, code=str(_error(content).get("code") or ""), wait=wait)


def error(request: Request, answer: Response) -> KeyferryError:
    """Return the error for an answer of 400 or more."""
    where = Where(kind="resource", name=request.path)
    what = f"Azure Resource Manager refused {request.about}"
    message = foreign(str(_error(answer.content).get("message") or ""))
    cause = ": ".join(part for part in (f"HTTP {answer.status} {answer.code}".rstrip(), message) if part)
    remedy = _REMEDIES.get(answer.code, "")
    if answer.status == 401:
        return GrantError(what=what, cause=cause, remedy=remedy or "log in to the estate's tenant again", where=where)
    if answer.status == 403:
        return GrantError(what=what, cause=cause, remedy=remedy or _RIGHTS, where=where)
    if answer.status == 404:
        return NotFound(what=what, cause=cause, remedy=remedy or "see that what it is in exists", where=where)
    if answer.status == 429:
        patience = "wait, and do it again: what is there already is left alone"
        return Throttled(what=what, cause=cause, remedy=patience, retry_after=answer.wait, where=where)
    if answer.status == 408 or answer.status >= 500:
        return Unavailable(what=what, cause=cause, remedy="do it again", retry_after=answer.wait, where=where)
    return SpecError(what=what, cause=cause, remedy=remedy or "correct it in the estate file", where=where)


def _error(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("error")
    return found if isinstance(found, Mapping) else {}
