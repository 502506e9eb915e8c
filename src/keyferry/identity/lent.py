"""The grant of a managed identity: the machine's metadata endpoint lends a token to whoever runs there.

Called by identity.credential; calls azure-identity, which also knows the endpoints of Azure's other hosts and reads
`AZURE_POD_IDENTITY_AUTHORITY_HOST`. https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/
how-to-use-vm-token
"""

from datetime import timedelta
from typing import Any, Final

import aiohttp
import msgspec
from azure.core.credentials import AccessTokenInfo
from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import ContentDecodePolicy, HeadersPolicy, RequestIdPolicy

from keyferry.identity import refusals
from keyferry.identity.answers import Answer, AnswerKeeper, network_cause
from keyferry.identity.exchange import SHAPELESS
from keyferry.identity.grants import Scopes
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import GrantError, KeyferryError, Throttled, Unavailable, foreign
from keyferry.model.identity import ManagedIdentity

CONNECT_SECONDS: Final = 2.0  # it is one hop away: elsewhere than in Azure nobody answers, often not even with a no
ANSWER_SECONDS: Final = 10.0  # it may have to ask Entra
BUSY: Final = timedelta(seconds=1)  # the service asks its callers to begin with a second
UPDATING: Final = frozenset({404, 410})  # for up to 70 seconds, by its documentation
WHERE_IT_IS: Final = (
    "run on an Azure machine and let the pods reach 169.254.169.254, or use authType WorkloadIdentity, which needs no "
    "metadata endpoint"
)


class _Told(msgspec.Struct):
    error: str = ""
    error_description: str = ""


def direct(session: aiohttp.ClientSession) -> SharedTransport:
    """Return the way to the metadata endpoint: never through a proxy, and given up soon where nobody is."""
    return SharedTransport(session, Proxies({}), ANSWER_SECONDS, CONNECT_SECONDS)


class Lent:
    """Asks the metadata endpoint for one identity."""

    def __init__(self, identity: ManagedIdentity, transport: SharedTransport, tally: Tally) -> None:
        self._identity = identity
        self._transport = transport
        self._tally = tally

    async def obtain(self, scopes: Scopes, *, claims: str | None, enable_cae: bool) -> AccessTokenInfo:
        """Return a new token. GrantError when the machine has no such identity; Unavailable where there is no endpoint.

        The endpoint keeps tokens of its own and knows no claims; the vendor's client leaves them out.
        """
        keeper = AnswerKeeper(self._transport, self._tally, RequestKind.TOKEN)
        options: Any = {"enable_cae": enable_cae} | ({"claims": claims} if claims else {})
        try:
            async with _credential(self._identity, keeper) as credential:
                info: AccessTokenInfo = await credential.get_token_info(*scopes, options=options)
                return info
        except (AzureError, OSError, *SHAPELESS) as refusal:
            error = _translated(refusal, keeper.answer, self._identity)
        raise error  # here, so that the vendor's error does not come along with an answer in its text

    def forget(self) -> None:
        """Do nothing: nothing is kept."""

    async def close(self) -> None:
        """Do nothing: nothing of its own is under way."""


def _credential(identity: ManagedIdentity, keeper: AnswerKeeper) -> Any:
    """The vendor's client would take the pod's own token instead wherever AZURE_FEDERATED_TOKEN_FILE is set."""
    from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415  (15 MiB, and many processes lend nothing)

    named: dict[str, Any] = {"client_id": identity.client_id} if identity.client_id else {}
    if identity.resource_id:
        named = {"identity_config": {"msi_res_id": identity.resource_id}}
    return ManagedIdentityCredential(
        transport=keeper,
        policies=[RequestIdPolicy(), HeadersPolicy(), ContentDecodePolicy(), BoundedRetry(reconnects=0)],
        _exclude_workload_identity_credential=True,
        **named,
    )


def _translated(failure: Exception, answer: Answer | None, identity: ManagedIdentity) -> KeyferryError:
    where = identity.where
    if answer is None:
        return Unavailable(
            what="this machine's metadata endpoint does not answer",
            cause=network_cause(getattr(failure, "__cause__", None) or failure),
            remedy=WHERE_IT_IS,
            where=where,
        )
    told = _told(answer.body)
    if answer.status == 429:
        return Throttled(
            retry_after=answer.retry_after or BUSY,
            what="this machine's metadata endpoint asks for fewer requests",
            where=where,
        )
    if answer.status in UPDATING:
        return Unavailable(
            what="this machine's metadata endpoint is being updated",
            cause=f"HTTP {answer.status}",
            remedy="wait: that takes up to 70 seconds",
            where=where,
        )
    if 400 <= answer.status < 500 and told.error:
        return GrantError(
            what=f"this machine does not lend {identity.who}",
            cause=foreign(f"{told.error}: {told.error_description}").rstrip(" :."),
            remedy="assign the user-assigned identity to the node pool's machines, or correct identityId: it is the "
            "identity's client ID. authType WorkloadIdentity needs no assignment to machines",
            where=where,
        )
    what = "this machine's metadata endpoint does not answer as it should"
    return refusals.out_of_order(answer.retry_after, what, f"HTTP {answer.status}", where)


def _told(body: bytes) -> _Told:
    try:
        return msgspec.json.decode(body, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Told()
