"""The form that a client posts to the token endpoint, checked field by field.

RFC 6749 §4.4, RFC 7523 §2.2 and https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.world.http import Request

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A client-credentials request. `capabilities` are those of `claims`, as CP1 for continuous access evaluation."""

    client_id: str
    scope: str
    assertion: str
    capabilities: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Form(client_id={self.client_id!r}, scope={self.scope!r})"


def parse(request: Request) -> Form:
    """Return the form. RefusedError names the field that is missing or wrong. Unknown fields are let be."""
    fields = _fields(request)
    grant_type = _required(fields, "grant_type")
    if grant_type != "client_credentials":
        raise RefusedError(70003, f"The grant type '{grant_type[:100]}' is not supported here.")
    form = Form(
        client_id=_required(fields, "client_id"),
        scope=_required(fields, "scope"),
        assertion=fields.get("client_assertion", ""),
        capabilities=_capabilities(fields.get("claims", "")),
    )
    if not form.assertion:
        if fields.get("client_secret"):
            raise RefusedError(7000215, "The client secret is wrong: a managed identity has none.")
        raise RefusedError(7000216, "'client_assertion' or 'client_secret' is required for 'client_credentials'.")
    if _required(fields, "client_assertion_type") != ASSERTION_TYPE:
        raise RefusedError(7000218, f"The 'client_assertion_type' must be '{ASSERTION_TYPE}'.")
    return form


def _fields(request: Request) -> dict[str, str]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != FORM_TYPE:
        return {}  # the service sees an empty form, and misses its first field
    try:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=50)
    except ValueError as refusal:
        raise RefusedError(9002313, "The request body is malformed.") from refusal
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:  # RFC 6749 §3.2; the code is from memory
            raise RefusedError(
                9000411, f"The request is not formed properly: the parameter '{name[:100]}' is there twice."
            )
        fields[name] = value
    return fields


def _required(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise RefusedError(900144, f"The request body must contain the parameter '{name}'.")
    return value


def _capabilities(claims: str) -> tuple[str, ...]:
    if not claims:
        return ()
    try:
        values = json.loads(claims).get("access_token", {}).get("xms_cc", {}).get("values", [])
        return tuple(str(value) for value in values)
    except (ValueError, AttributeError, TypeError, RecursionError) as refusal:
        raise RefusedError(9002313, "The parameter 'claims' is not the JSON that it should be.") from refusal
