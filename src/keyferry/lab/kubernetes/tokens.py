"""ServiceAccount tokens: signed and verified as kube-apiserver does, with the issuer's discovery documents.

Called by the server for TokenRequest, for bearer tokens and for its OIDC endpoints. Instants and token ids are
arguments; only keys are random. Sources: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
and RFC 7519; the shape of the discovery documents is OpenID Connect Discovery 1.0.
"""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

DEFAULT_LIFETIME: Final = timedelta(hours=1)
MIN_LIFETIME: Final = timedelta(minutes=10)
MAX_LIFETIME: Final = timedelta(seconds=2**32)
LEEWAY: Final = timedelta(minutes=1)  # what kube-apiserver's token library grants to other clocks
_ALGORITHM: Final = "RS256"
_PRIVATE_CLAIMS: Final = "kubernetes.io"


class InvalidToken(Exception):
    """The bearer token is not good. The text says why and holds no part of the token."""


class InvalidTokenRequest(Exception):
    """A field of the TokenRequest is wrong: the answer is 422 with `field`, `value` and `detail`."""

    def __init__(self, *, field: str, value: Any, detail: str) -> None:
        super().__init__(f"{field}: Invalid value: {value}: {detail}")
        self.field = field
        self.value = value
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A ServiceAccount of the cluster."""

    namespace: str
    name: str
    uid: str

    @property
    def username(self) -> str:
        """The user name, which is also the `sub` claim."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of everybody who has such a token."""
        return ("system:serviceaccounts", f"system:serviceaccounts:{self.namespace}", "system:authenticated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The node that a pod ran on when its token was signed; `uid` is "" where there was no such object."""

    name: str
    uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The object that a token dies with: a Pod, Secret or Node, with the UID that was alive at signing."""

    kind: str
    name: str
    uid: str
    host: Host | None = None  # of a pod that has a node


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a good token says. The caller still looks whether account and bound object are alive with these UIDs."""

    account: Account
    bound: Bound | None
    audiences: tuple[str, ...]  # those of the token that were asked for
    token_id: str
    expires: datetime


class Issuer:
    """The cluster's token issuer. `url` is the `iss` claim and the API server's own audience."""

    def __init__(self, url: str, *, jwks_url: str = "", key: rsa.RSAPrivateKey | None = None) -> None:
        self.url = url
        self.jwks_url = jwks_url or f"{url.rstrip('/')}/openid/v1/jwks"
        self._keys: tuple[RSAKey, ...] = (_jwk(key or _new_key()),)

    def rotate(self, key: rsa.RSAPrivateKey | None = None) -> None:
        """Sign with a new key from now on; the older ones stay published and accepted."""
        self._keys = (_jwk(key or _new_key()), *self._keys)

    def retire(self) -> None:
        """Stop publishing and accepting every key but the one that signs."""
        self._keys = self._keys[:1]

    def answer(
        self,
        request: dict[str, Any],
        account: Account,
        *,
        now: datetime,
        token_id: str,
        host: Host | None = None,
    ) -> dict[str, Any]:
        """Return the TokenRequest with `status.token`. A `boundObjectRef` must already name a live object and its UID.

        `host` is the node of that object, if it is a pod on one. Raises InvalidTokenRequest where the lifetime is not
        allowed.
        """
        spec = request.get("spec") or {}
        lifetime = _lifetime(spec.get("expirationSeconds"))
        audiences = list(spec.get("audiences") or [self.url])
        reference = spec.get("boundObjectRef")
        bound = _bound(reference, host) if reference else None
        token = self.sign(account, audiences, now=now, lifetime=lifetime, token_id=token_id, bound=bound)
        return {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": account.name, "namespace": account.namespace, "creationTimestamp": _rfc3339(now)},
            "spec": {**spec, "audiences": audiences, "expirationSeconds": int(lifetime.total_seconds())},
            "status": {"token": token, "expirationTimestamp": _rfc3339(now + lifetime)},
        }

    def sign(
        self,
        account: Account,
        audiences: Collection[str],
        *,
        now: datetime,
        token_id: str,
        lifetime: timedelta = DEFAULT_LIFETIME,
        bound: Bound | None = None,
    ) -> str:
        """Return a token of `account`, valid from now on. `token_id` becomes the `jti` claim."""
        about: dict[str, Any] = {
            "namespace": account.namespace,
            "serviceaccount": {"name": account.name, "uid": account.uid},
        }
        if bound:
            about[bound.kind.lower()] = {"name": bound.name, "uid": bound.uid}
            if bound.host:
                uid = {"uid": bound.host.uid} if bound.host.uid else {}
                about["node"] = {"name": bound.host.name, **uid}
        issued = int(now.timestamp())
        claims = {
            "aud": list(audiences),
            "exp": issued + int(lifetime.total_seconds()),
            "iat": issued,
            "iss": self.url,
            "jti": token_id,
            _PRIVATE_CLAIMS: about,
            "nbf": issued,
            "sub": account.username,
        }
        key = self._keys[0]
        return jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, claims, key, [_ALGORITHM], default_type=None)

    def verify(self, token: str, *, audiences: Collection[str] = (), now: datetime) -> Verified:
        """Return what the token says. It must be for one of `audiences`, by default for the API server itself.

        Raises InvalidToken for anything wrong with signature, issuer, time, audience or claims.
        """
        claims = self._signed_claims(token)
        if claims.get("iss") != self.url:
            raise InvalidToken("the token is of another issuer")
        _check_times(claims, now)
        accepted = tuple(one for one in _texts(claims.get("aud")) if one in (audiences or (self.url,)))
        if not accepted:
            raise InvalidToken("the token is for another audience")
        account, bound = _private(claims)
        if claims.get("sub") != account.username:
            raise InvalidToken("the token's subject is not its ServiceAccount")
        return Verified(
            account=account,
            bound=bound,
            audiences=accepted,
            token_id=str(claims.get("jti", "")),
            expires=datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _signed_claims(self, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, KeySet(list(self._keys)), [_ALGORITHM]).claims
        except (JoseError, ValueError):
            raise InvalidToken("the token is malformed or its signature is not by a key of this issuer") from None
        return claims

    def discovery(self) -> dict[str, Any]:
        """Return the body of `/.well-known/openid-configuration`."""
        return {
            "issuer": self.url,
            "jwks_uri": self.jwks_url,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_ALGORITHM],
        }

    def jwks(self) -> dict[str, Any]:
        """Return the body of `/openid/v1/jwks`: every accepted key, the signing one first."""
        return {"keys": [_published(key) for key in self._keys]}


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _jwk(key: rsa.RSAPrivateKey) -> RSAKey:
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    kid = base64.urlsafe_b64encode(hashlib.sha256(spki).digest()).rstrip(b"=").decode()
    return RSAKey.import_key(key, {"kid": kid, "use": "sig", "alg": _ALGORITHM})


def _published(key: RSAKey) -> dict[str, Any]:
    public = key.as_dict(private=False)
    return {name: public[name] for name in ("use", "kty", "kid", "alg", "n", "e")}


def _lifetime(seconds: Any) -> timedelta:
    if seconds is None:
        return DEFAULT_LIFETIME
    field = "spec.expirationSeconds"
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise InvalidTokenRequest(field=field, value=seconds, detail="must be an integer")
    if seconds < MIN_LIFETIME.total_seconds():
        raise InvalidTokenRequest(field=field, value=seconds, detail="may not specify a duration less than 10 minutes")
    if seconds > MAX_LIFETIME.total_seconds():
        raise InvalidTokenRequest(
            field=field, value=seconds, detail="may not specify a duration larger than 2^32 seconds"
        )
    return timedelta(seconds=seconds)


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    expires, not_before = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int) or not isinstance(not_before, int):
        raise InvalidToken("the token does not say when it is valid")
    if now.timestamp() - LEEWAY.total_seconds() > expires:
        raise InvalidToken("the token has expired")
    if now.timestamp() + LEEWAY.total_seconds() < not_before:
        raise InvalidToken("the token is not valid yet")


def _private(claims: dict[str, Any]) -> tuple[Account, Bound | None]:
    about: Any = claims.get(_PRIVATE_CLAIMS)
    try:
        owner = about["serviceaccount"]
        account = Account(namespace=about["namespace"], name=owner["name"], uid=owner["uid"])
        kind = next((kind for kind in ("Pod", "Secret", "Node") if kind.lower() in about), None)
        host = _host(about) if kind == "Pod" else None
        bound = _bound({**about[kind.lower()], "kind": kind}, host) if kind else None
    except (KeyError, TypeError):
        raise InvalidToken("the token is not of a ServiceAccount") from None
    return account, bound


def _bound(reference: dict[str, Any], host: Host | None) -> Bound:
    return Bound(kind=reference["kind"], name=reference["name"], uid=reference["uid"], host=host)


def _host(about: dict[str, Any]) -> Host | None:
    node = about.get("node")
    return Host(name=node["name"], uid=node.get("uid", "")) if node else None


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [one for one in value or () if isinstance(one, str)]


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
