"""What an API server's refusal means: an HTTP status and a Status object in, one of our errors out.

Of a refusal about a Secret no free text goes on: validation and admission messages may quote the value.
Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md
(Response Status Kind) and k8s.io/apimachinery `StatusReason`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from keyferry.kube.errors import AlreadyExists, Conflict, Expired
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, Resource
from keyferry.model.errors import (
    GrantError,
    KeyferryError,
    NotFound,
    SpecError,
    Throttled,
    Unavailable,
    Where,
    foreign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request that an answer belongs to, as a role would name it. `key.name` is "" for a collection."""

    verb: str
    resource: Resource
    key: Key
    subresource: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}{'/' + self.subresource if self.subresource else ''}"

    @property
    def where(self) -> Where:
        """The object, or the resource in its namespace."""
        return Where(kind=self.resource.kind, name=self.key.name or str(self.resource), namespace=self.key.namespace)


class _Cause(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    reason: str = ""
    field: str = ""


class _Details(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    name: str = ""
    causes: list[_Cause] | None = None
    retry_after_seconds: int = 0


class Status(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A Status object. `details` may be missing, `message` is foreign text."""

    message: str = ""
    reason: str = ""
    code: int = 0
    details: _Details | None = None


_STATUS = msgspec.json.Decoder(Status)

# The sentence of the RBAC authorizer; it names the asking user and holds nothing from the body.
_RBAC_SENTENCE: Final = re.compile(r'User "[^"]{1,200}" cannot [a-z]+ resource "[^"]{1,120}"[^:]{0,200}')
_FIELD_PATH: Final = re.compile(r"[A-Za-z0-9_.\[\]\-/]{1,120}")
_BODY_EXCERPT: Final = "error found in #"  # the JSON decoder's message quotes the body after it


def decode(body: bytes | msgspec.Raw) -> Status:
    """Decode a Status; anything else becomes an empty one, so that a proxy's page is never repeated."""
    try:
        return _STATUS.decode(body)
    except msgspec.MsgspecError:
        return Status()


def refusal(asked: Asked, status: Status, http_status: int, retry_after: timedelta | None = None) -> KeyferryError:
    """Return the error that says what the server refused, why, and who must act. Never raises."""
    build = _BUILDERS.get(http_status, _unavailable if http_status >= 500 else _malformed)
    return build(_Refusal(asked=asked, status=status, http_status=http_status, retry_after=retry_after))


def retry_after(header: str, status: Status) -> timedelta | None:
    """Return the wait that the server asks for: its header in whole seconds, else the Status's own."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header), 3600))
    seconds = status.details.retry_after_seconds if status.details else 0
    return timedelta(seconds=min(seconds, 3600)) if seconds > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    asked: Asked
    status: Status
    http_status: int
    retry_after: timedelta | None

    @property
    def what(self) -> str:
        return f"the API server refused to {self.asked}"

    @property
    def cause(self) -> str:
        """The server's message, or for a Secret only what cannot quote its value."""
        reason = self.status.reason or f"HTTP {self.http_status}"
        said = _RBAC_SENTENCE.search(self.status.message)
        if said:
            return foreign(said.group())
        if self.asked.resource == SECRETS:
            return foreign(", ".join((reason, *self.fields)))
        return foreign(self.status.message.partition(_BODY_EXCERPT)[0] or reason)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(cause.field for cause in self.causes if _FIELD_PATH.fullmatch(cause.field))

    @property
    def causes(self) -> list[_Cause]:
        return (self.status.details.causes if self.status.details else None) or []


def _malformed(refusal: _Refusal) -> KeyferryError:
    return SpecError(
        what=refusal.what,
        cause=refusal.cause,
        remedy="correct the object as the message says",
        where=refusal.asked.where,
    )


def _unauthorized(refusal: _Refusal) -> KeyferryError:
    return GrantError(
        what="the API server did not accept keyferry's own credential",
        cause=f"{refusal.status.reason or 'Unauthorized'} while asked to {refusal.asked}",
        remedy="renew the token or client certificate of the kubeconfig, or check the pod's ServiceAccount",
        where=refusal.asked.where,
    )


def _forbidden(refusal: _Refusal) -> KeyferryError:
    asked = refusal.asked
    if any(cause.reason == "NamespaceTerminating" for cause in refusal.causes):
        return NotFound(what=refusal.what, cause="its namespace is being deleted", where=asked.where)
    subresource = f"/{asked.subresource}" if asked.subresource else ""
    scope = f"in namespace {asked.key.namespace}" if asked.key.namespace else "in the whole cluster"
    return GrantError(
        what=refusal.what,
        cause=refusal.cause,
        remedy=(
            f'grant verb "{asked.verb}" on resource "{asked.resource.plural}{subresource}" '
            f'of API group "{asked.resource.group}" {scope}, or lift the policy that the message names'
        ),
        where=asked.where,
    )


def _missing(refusal: _Refusal) -> KeyferryError:
    asked = refusal.asked
    named = refusal.status.details is not None and refusal.status.details.name
    if asked.key.name and named:
        return NotFound(what=f"{asked.resource.kind} {asked.key} does not exist", where=asked.where)
    return NotFound(
        what=f"the API server does not serve {asked.resource} {asked.resource.api_version}, or not this object of it",
        cause=refusal.cause if refusal.status.message else "",
        remedy=f"check the name, and that the definition of {asked.resource.kind} is installed",
        where=asked.where,
    )


def _conflict(refusal: _Refusal) -> KeyferryError:
    if refusal.status.reason == "AlreadyExists":
        asked = refusal.asked
        return AlreadyExists(what=f"{asked.resource.kind} {asked.key} exists already", where=asked.where)
    return Conflict(what=refusal.what, cause=refusal.cause, where=refusal.asked.where)


def _expired(refusal: _Refusal) -> KeyferryError:
    return Expired(
        what=refusal.what,
        cause="the resource version or page asked for is too old",
        where=refusal.asked.where,
    )


def _throttled(refusal: _Refusal) -> KeyferryError:
    return Throttled(
        retry_after=refusal.retry_after,
        what=f"the API server is too busy to {refusal.asked}",
        cause=refusal.status.reason or "HTTP 429",
        where=refusal.asked.where,
    )


def _unavailable(refusal: _Refusal) -> KeyferryError:
    return Unavailable(
        what=f"the API server could not {refusal.asked}",
        cause=refusal.cause,
        where=refusal.asked.where,
    )


_BUILDERS: Final = {
    401: _unauthorized,
    403: _forbidden,
    404: _missing,
    408: _unavailable,
    409: _conflict,
    410: _expired,
    429: _throttled,
}
