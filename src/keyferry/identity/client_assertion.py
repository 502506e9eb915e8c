"""One token by a client assertion: the form that goes to Entra, and what its answer says. RFC 7523 §2.2 and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (third case, federated credential)

Called by identity.exchange. The vendor's client would send the same; to load it costs every process 15 MiB (ADR 0025).
"""

from typing import Any, Final

import msgspec
from azure.core.credentials import AccessTokenInfo
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy, UserAgentPolicy
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest

from keyferry.identity.grants import Scopes
from keyferry.identity.retry import BoundedRetry
from keyferry.model.identity import BoundIdentity, ProjectedIdentity, WorkloadIdentity
from keyferry.runtime.clock import SystemClock

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CAPABILITIES: Final = ("CP1",)  # continuous access evaluation: the client understands a claims challenge
MOST_SECONDS: Final = 10 * 366 * 86400
LONG_SECONDS: Final = 2 * 3600  # from there on a token is renewed at half its life, as Microsoft's own clients do


class _Told(msgspec.Struct):
    access_token: str = ""
    token_type: str = "Bearer"  # noqa: S105  (a kind, no token)
    expires_in: int | str = 0
    refresh_in: int | str | None = None
    error: str = ""


async def obtain(
    transport: AsyncHttpTransport[Any, Any],
    identity: WorkloadIdentity | ProjectedIdentity | BoundIdentity,
    jwt: str,
    scopes: Scopes,
    *,
    claims: str | None,
    enable_cae: bool,
) -> AccessTokenInfo:
    """Return a new token. Raises azure-core's errors where no answer comes, ValueError where it is no token.

    The ValueError quotes nothing of the answer. ValueError too for `claims` that are no JSON object.
    """
    form = {
        "grant_type": "client_credentials",
        "client_id": identity.client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt,
        "scope": " ".join(scopes),
    }
    asked = capable(claims) if enable_cae else claims
    if asked:
        form["claims"] = asked
    url = token_endpoint(identity.authority_host, identity.tenant_id)
    request = HttpRequest("POST", url, data=form, headers={"Accept": "application/json"})
    policies: list[Any] = [RequestIdPolicy(), HeadersPolicy(), UserAgentPolicy("keyferry"), BoundedRetry()]
    sent = int(SystemClock().now().timestamp())
    answered: Any = await AsyncPipeline[Any, Any](transport, policies).run(request, retry_on_methods=["POST"])
    return token_of(answered.http_response.content, sent)


def token_endpoint(authority_host: str, tenant_id: str) -> str:
    """Return where tokens are asked for; AD FS, which Azure Stack may have in Entra's place, has one version alone.

    https://learn.microsoft.com/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-concepts
    """
    version = "" if tenant_id.lower() == "adfs" else "/v2.0"
    return f"{authority_host.rstrip('/')}/{tenant_id}/oauth2{version}/token"


def capable(claims: str | None) -> str:
    """Return a challenge's claims with what this client is capable of. ValueError when they are no JSON object."""
    found: dict[str, dict[str, Any]] = {}
    if claims:
        try:
            found = msgspec.json.decode(claims, type=dict[str, dict[str, Any]])
        except msgspec.DecodeError:
            raise ValueError("the claims are no JSON object") from None
    found.setdefault("access_token", {})["xms_cc"] = {"values": list(CAPABILITIES)}
    return msgspec.json.encode(found).decode()


def token_of(body: bytes, sent: int) -> AccessTokenInfo:
    """Return the token that Entra's answer holds to a request of `sent` (seconds since 1970). ValueError for none."""
    try:
        told = msgspec.json.decode(body, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ValueError("the answer is not Entra's") from None
    lives = _seconds(told.expires_in)
    if told.error or not told.access_token or not lives:
        raise ValueError("the answer holds no token")
    early = _seconds(told.refresh_in) or (lives // 2 if lives >= LONG_SECONDS else None)
    renew = None if early is None else sent + early
    return AccessTokenInfo(told.access_token, sent + lives, token_type=told.token_type, refresh_on=renew)


def _seconds(told: int | str | None) -> int:
    """Return how long that is; 0 for what is no time that a token could have."""
    try:
        seconds = int(told or 0)
    except ValueError:
        return 0
    return seconds if 0 < seconds < MOST_SECONDS else 0
