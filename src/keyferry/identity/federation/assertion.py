"""What a ServiceAccount's token says of itself. Pure; for explanations only, because nothing is verified here."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """Claims of a JSON Web Token (RFC 7519 §4.1), read without looking at its signature. "" and None: not there."""

    issuer: str = ""
    subject: str = ""
    audiences: tuple[str, ...] = ()
    expires: datetime | None = None


def token_facts(jwt: str) -> TokenFacts:
    """Return what can be read from `jwt`; nothing of it when it is no JSON Web Token. Never raises.

    The lack of verification is intended: the caller holds a token that it was given by its own cluster and wants to
    say in an error what Entra was shown. Never decide anything by these facts.
    """
    claims = _claims(jwt)
    return TokenFacts(
        issuer=_text(claims.get("iss")),
        subject=_text(claims.get("sub")),
        audiences=_texts(claims.get("aud")),
        expires=_instant(claims.get("exp")),
    )


def _claims(jwt: str) -> Mapping[str, Any]:
    parts = jwt.strip().split(".")
    if len(parts) != 3:
        return {}
    payload = parts[1]
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _text(claim: Any) -> str:
    return claim if isinstance(claim, str) else ""


def _texts(claim: Any) -> tuple[str, ...]:
    if isinstance(claim, str):
        return (claim,)
    if isinstance(claim, list):
        return tuple(entry for entry in claim if isinstance(entry, str))
    return ()


def _instant(claim: Any) -> datetime | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
