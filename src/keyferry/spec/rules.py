"""What keyferry asks of single values beyond the API's schema, with the words to mend them.

Each rule takes the text and returns a complaint or None. They are attached to fields in `fields`.
"""

import re
from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import durations, keys, sync_windows
from keyferry.spec.schema import Complaint

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RESOURCE_ID: Final = (
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.managedidentity/userassignedidentities/[^/]+"
)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_VERSION: Final = re.compile(r"[0-9a-f]{32}")
_URL_REMEDY: Final = 'write the address of the vault alone, such as "https://kv-prod.vault.azure.net"'


def dns_subdomain(text: str) -> Complaint | None:
    """Refuse what cannot be the name of an object: RFC 1123, lower case, at most 253 characters."""
    if len(text) <= 253 and all(_LABEL.fullmatch(part) for part in text.split(".")):
        return None
    return Complaint(
        message=f'"{foreign(text)}" cannot be the name of an object',
        remedy='use lower-case letters, digits, "-" and ".", a letter or digit first and last, at most 253 characters',
    )


def dns_label(text: str) -> Complaint | None:
    """Refuse what cannot be the name of a namespace: RFC 1123, lower case, at most 63 characters, no dots."""
    if len(text) <= 63 and _LABEL.fullmatch(text):
        return None
    return Complaint(
        message=f'"{foreign(text)}" cannot be the name of a namespace',
        remedy='use lower-case letters, digits and "-", a letter or digit first and last, at most 63 characters',
    )


def guid(text: str) -> Complaint | None:
    """Refuse what is not a GUID."""
    if _GUID.fullmatch(text):
        return None
    return Complaint(
        message=f'"{foreign(text)}" is not a GUID',
        remedy='copy the id from Entra, such as "99999999-9999-4999-8999-999999999999"',
    )


def vault_url(text: str) -> Complaint | None:
    """Refuse what is not `https://host`, with a port or a closing slash at most."""
    try:
        url = urlsplit(text)
        fault = _url_fault(url)
    except ValueError as error:
        fault = foreign(str(error))
    shown = "the address" if "@" in text or "?" in text else f'"{foreign(text)}"'  # these may hold a credential
    return Complaint(message=f"{shown} {fault}", remedy=_URL_REMEDY) if fault else None


def endpoint(text: str) -> Complaint | None:
    """Refuse what is not an https address, with a path at most."""
    try:
        url = urlsplit(text)
        fault = _url_fault(url._replace(path=""))
    except ValueError as error:
        fault = foreign(str(error))
    shown = "the address" if "@" in text or "?" in text else f'"{foreign(text)}"'  # these may hold a credential
    remedy = 'write the address alone, such as "https://login.microsoftonline.com/"'
    return Complaint(message=f"{shown} {fault}", remedy=remedy) if fault else None


def managed_identity(text: str) -> Complaint | None:
    """Refuse what names no user-assigned identity: neither a client id nor a resource id."""
    if _GUID.fullmatch(text) or re.fullmatch(_RESOURCE_ID, text, re.IGNORECASE):
        return None
    return Complaint(
        message=f'"{foreign(text)}" is not the client id of an identity',
        remedy="copy the client ID of the user-assigned identity, a GUID, or its whole resource ID",
    )


def duration(text: str) -> Complaint | None:
    """Refuse what Go does not read as a duration."""
    try:
        durations.parse(text)
    except SpecError as error:
        return _complaint(error)
    return None


def seconds_or_duration(text: str) -> Complaint | None:
    """Refuse what is neither whole seconds nor a duration, and what is negative."""
    try:
        interval = store_interval(text)
    except SpecError as error:
        return _complaint(error)
    if interval < timedelta():
        return Complaint(message=f'"{text}" is negative', remedy='write a duration such as "5m", or 0 for the default')
    return None


def store_interval(text: str) -> timedelta:
    """Return a store's refresh interval, where a bare number counts seconds; raise `SpecError` where it is neither."""
    if re.fullmatch(r"-?[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    return durations.parse(text)


def schedule(text: str) -> Complaint | None:
    """Refuse what is no cron schedule."""
    try:
        sync_windows.check_schedule(text)
    except SpecError as error:
        return _complaint(error)
    return None


MOST_PATTERNS: Final = 8192  # characters of one object's patterns: a third of a second of compiling at worst


def regexp(text: str) -> Complaint | None:
    """Refuse a pattern that does not compile."""
    from keyferry.spec import regexps  # noqa: PLC0415  (with re2: much for a process that takes but single rules)

    try:
        regexps.compile(text)
    except SpecError as error:
        return _complaint(error)
    return None


def object_key(text: str) -> Complaint | None:
    """Refuse what names no object of a vault."""
    try:
        keys.parse_object_key(text)
    except SpecError as error:
        return _complaint(error)
    return None


def object_version(text: str) -> Complaint | None:
    """Refuse what cannot be the version of an object in Key Vault."""
    if not text or _VERSION.fullmatch(text):
        return None
    return Complaint(
        message=f'"{foreign(text)}" is not a version of Key Vault',
        remedy="copy the 32 hexadecimal digits from Key Vault, or leave it out for the latest",
    )


def gjson_path(text: str) -> Complaint | None:
    """Refuse a path that opens a query and never closes it, which can match nothing."""
    opened = re.search(r"(^|[.|])#([(\[])", text)
    if opened is None or {"(": ")", "[": "]"}[opened[2]] in text[opened.end() :]:
        return None
    return Complaint(
        message=f'"{foreign(text)}" opens a query with #{opened[2]} and does not close it',
        remedy='close it, such as users.#(name=="app").password',
    )


def _url_fault(url: SplitResult) -> str:
    if url.scheme != "https":
        return "does not begin with https://"
    if not url.hostname or not _HOST.fullmatch(url.hostname):
        return "has no host name"
    if url.port == 0 or "@" in url.netloc:
        return "has more than a host name and a port"
    if url.path not in {"", "/"} or url.query or url.fragment:
        return "has more than a host name"
    return ""


def _complaint(error: SpecError) -> Complaint:
    message = f"{error.what}: {error.cause}" if error.cause else error.what
    return Complaint(message=message, remedy=error.remedy)
