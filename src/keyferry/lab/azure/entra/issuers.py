"""The signing keys of the issuers that federated credentials name, fetched as anyone would: discovery, then JWKS.

https://openid.net/specs/openid-connect-discovery-1_0.html
How long Entra keeps keys is not documented; people saw about an hour. How often it looks again for a key that it does
not know is not documented either: here, not more than once in `RETRY` for an issuer.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.world.http import Fetch, Response

RETRY: Final = timedelta(seconds=5)
MAX_KEYS: Final = 100  # Entra stores so many for an issuer

T = TypeVar("T")
Fetching = Generator[Fetch, Response | None, T]  # yields what must be fetched, is sent the answer, returns a T


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    keys: Mapping[str, RSAKey]
    fetched: datetime


class Issuers:
    """Remembers the keys of each issuer for `kept`, which may be set at any time.

    Entra never talks to an issuer that no federated credential names.
    """

    def __init__(self, kept: timedelta) -> None:
        self.kept = kept
        self._known: dict[str, _Known] = {}

    def key(self, issuer: str, kid: str, now: datetime) -> Fetching[RSAKey]:
        """Return the issuer's key called `kid`, fetching where needed. RefusedError where it cannot be had."""
        known = self._known.get(issuer)
        if known is None or now - known.fetched >= self._wait(kid, known):
            keys = yield from _fetch_keys(issuer)
            known = self._known[issuer] = _Known(keys=keys, fetched=now)
        if kid not in known.keys:
            raise RefusedError(
                700027, f"The client assertion is signed with the key '{kid[:100]}', which its issuer does not publish."
            )
        return known.keys[kid]

    def forget(self) -> None:
        """Fetch every issuer's keys again when they are next needed."""
        self._known.clear()

    def _wait(self, kid: str, known: _Known) -> timedelta:
        return self.kept if kid in known.keys else min(self.kept, RETRY)


def _fetch_keys(issuer: str) -> Fetching[Mapping[str, RSAKey]]:
    if not issuer.startswith("https://"):
        raise RefusedError(50166, "The issuer is not an https URL, so its keys cannot be fetched.")
    discovery = yield from _fetch_json(f"{issuer.removesuffix('/')}/.well-known/openid-configuration")
    jwks_uri = discovery.get("jwks_uri")
    if discovery.get("issuer") != issuer or not isinstance(jwks_uri, str):
        raise RefusedError(50166, "The issuer's OpenID configuration names another issuer, or no 'jwks_uri'.")
    jwks = yield from _fetch_json(jwks_uri)
    keys = jwks.get("keys")
    if not isinstance(keys, list):
        raise RefusedError(900612, "The issuer's signing keys could not be read: 'keys' is not a list.")
    return dict(_usable(keys[:MAX_KEYS]))


def _fetch_json(url: str) -> Fetching[Mapping[str, Any]]:
    answer = yield Fetch(url=url)
    if answer is None or answer.status != 200:
        outcome = "did not answer" if answer is None else f"answered {answer.status}"
        raise RefusedError(90061, f"The request to the external OIDC endpoint {url[:300]} failed: it {outcome}.")
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError) as refusal:
        raise RefusedError(900612, f"The answer of {url[:300]} is not JSON.") from refusal
    if not isinstance(content, Mapping):
        raise RefusedError(900612, f"The answer of {url[:300]} is not a JSON object.")
    return content


def _usable(keys: list[Any]) -> Generator[tuple[str, RSAKey], None, None]:
    """Yield the RSA keys by id; other kinds are of no use here and no error."""
    for key in keys:
        if _is_usable(key):
            try:
                yield key["kid"], RSAKey.import_key(key)
            except (JoseError, ValueError) as refusal:
                raise RefusedError(900612, "One of the issuer's signing keys could not be read.") from refusal


def _is_usable(key: Any) -> bool:
    if not isinstance(key, dict) or key.get("kty") != "RSA" or not isinstance(key.get("kid"), str):
        return False
    return bool(key.get("use", "sig") == "sig")
