"""TokenRequest: a ServiceAccount's token, asked for and received.

Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from keyferry.model.errors import Unavailable
from keyferry.model.secrets import SecretValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountToken:
    """A signed token and the instant at which the API server lets it expire."""

    token: SecretValue
    expires: datetime


class _Spec(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    audiences: list[str]
    expiration_seconds: int | None = None


class _Request(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = "authentication.k8s.io/v1"
    kind: str = "TokenRequest"
    spec: _Spec


class _Status(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    token: str
    expiration_timestamp: datetime


class _Answer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    status: _Status


_ANSWER = msgspec.json.Decoder(_Answer)


def request(audiences: tuple[str, ...], expiration: timedelta | None) -> bytes:
    """Encode the request. The API server takes no less than ten minutes, and its own default for None."""
    seconds = None if expiration is None else int(expiration.total_seconds())
    return msgspec.json.encode(_Request(spec=_Spec(audiences=list(audiences), expiration_seconds=seconds)))


def decode(body: bytes) -> ServiceAccountToken:
    """Decode the answer. Unavailable when it holds no token; the error repeats nothing of the answer."""
    try:
        status = _ANSWER.decode(body).status
    except msgspec.MsgspecError:
        raise Unavailable(what="the API server answered a TokenRequest without a token") from None
    return ServiceAccountToken(token=SecretValue(status.token.encode()), expires=status.expiration_timestamp)
