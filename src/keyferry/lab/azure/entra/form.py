"""The form that a client posts to a token endpoint, checked field by field.

RFC 6749 §2.3.1 and §4.4, RFC 7523 §2.2 and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (v2.0, `scope`)
https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow
(v1.0, `resource`)
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.world.http import Request

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
MAX_FIELDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A client-credentials request, with a secret or an assertion.

    `target` is the scope (v2.0) or the resource (v1.0). `capabilities` are those of `claims`, as CP1 for continuous
    access evaluation.
    """

    client_id: str
    target: str
    secret: str = field(repr=False)
    assertion: str = field(repr=False)
    capabilities: tuple[str, ...]


def parse(request: Request, target: str) -> Form:
    """Return the form; `target` is the field that names what the token is for, scope or resource.

    RefusedError names the field that is missing or wrong. Unknown fields are let be.
    """
    fields = _fields(request)
    grant_type = _required(fields, "grant_type")
    if grant_type != "client_credentials":
        raise RefusedError(70003, f"The grant type '{grant_type[:100]}' is not supported here.")
    form = Form(
        client_id=_required(fields, "client_id"),
        target=_required(fields, target),
        secret=fields.get("client_secret", ""),
        assertion=fields.get("client_assertion", ""),
        capabilities=_capabilities(fields.get("claims", "")),
    )
    if form.assertion and _required(fields, "client_assertion_type") != ASSERTION_TYPE:
        raise RefusedError(7000218, f"The 'client_assertion_type' must be '{ASSERTION_TYPE}'.")
    if not form.assertion and not form.secret:
        raise RefusedError(7000216, "'client_assertion' or 'client_secret' is required for 'client_credentials'.")
    return form


def _fields(request: Request) -> dict[str, str]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != FORM_TYPE:
        return {}  # the service sees an empty form, and misses its first field
    try:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as refusal:
        raise _malformed("The request is malformed: its body is no form.") from refusal
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:  # RFC 6749 §3.2
            raise RefusedError(
                9000411, f"The request is not formed properly: the parameter '{name[:100]}' is there twice."
            )
        fields[name] = value
    return _with_basic(fields, request.headers.get("authorization", ""))


def _with_basic(fields: dict[str, str], authorization: str) -> dict[str, str]:
    """Add id and secret of an Authorization header. RFC 6749 §2.3.1: both are form-encoded before base64."""
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return fields
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError) as refusal:
        raise _malformed("The request is malformed: its Authorization header is not base64.") from refusal
    if not colon:
        raise _malformed("The request is malformed: its Authorization header has no ':'.")
    if fields.get("client_secret") or fields.get("client_assertion"):  # a client uses one way alone
        raise _malformed("The request is malformed: the client proves itself in two ways.")
    client_id = unquote_plus(client_id)
    if fields.get("client_id", client_id).lower() != client_id.lower():
        raise _malformed("The request is malformed: it names two clients.")
    return {**fields, "client_id": client_id, "client_secret": unquote_plus(secret)}


def _required(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise RefusedError(900144, f"The request body must contain the parameter '{name}'.")
    return value


def _capabilities(claims: str) -> tuple[str, ...]:
    """Other requested claims, as the `nbf` of a claims challenge, are met by any new token.

    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    if not claims:
        return ()
    try:
        requested: Any = json.loads(claims)
        values = _object(_object(_object(requested).get("access_token")).get("xms_cc")).get("values", [])
    except (ValueError, RecursionError) as refusal:
        raise _malformed("The parameter 'claims' is not JSON.") from refusal
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _malformed("The 'values' of a claim in the parameter 'claims' are not a list of texts.")
    return tuple(values)


def _object(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _malformed("The parameter 'claims' is not made of JSON objects.")
    return value


def _malformed(message: str) -> RefusedError:
    return RefusedError(9002313, message)
