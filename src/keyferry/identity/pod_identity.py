"""The grant of AAD Pod Identity: the node's NMI lends a token to one pod, by the pod's name.

Called by identity.credential. AAD Pod Identity has been deprecated since October 2022 and still runs in clusters:
https://azure.github.io/aad-pod-identity/docs/concepts/block-diagram-and-design/ (host requests)
"""

from typing import Any, Final

import msgspec
import structlog
from azure.core.credentials import AccessTokenInfo
from azure.core.exceptions import AzureError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy
from azure.core.rest import HttpRequest

from keyferry.identity import refusals
from keyferry.identity.answers import Answer, AnswerKeeper, network_cause
from keyferry.identity.grants import Scopes
from keyferry.identity.http import SharedTransport
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import GrantError, KeyferryError, NotFound, Unavailable
from keyferry.model.identity import PodIdentity

PATH: Final = "/host/token/"
_INSTEAD: Final = "AAD Pod Identity is deprecated: clientID in the class, for workload identity, needs none of it"

log = structlog.get_logger(__name__)


class _Token(msgspec.Struct):
    access_token: str
    expires_on: int | float | str


class _Lent(msgspec.Struct):
    token: _Token
    clientid: str


class Nmi:
    """The node's NMI, for all pods of the node. Says once that it is deprecated."""

    def __init__(self, transport: SharedTransport, tally: Tally) -> None:
        self._transport = transport
        self._tally = tally
        self._warned = False

    async def lend(self, identity: PodIdentity, resource: str) -> AccessTokenInfo:
        """Return a new token of the pod for `resource`. Raises NotFound, GrantError, Throttled or Unavailable."""
        if not self._warned:
            self._warned = True
            log.warning("pod_identity.deprecated", identity=identity.who, instead="workload identity")
        keeper = AnswerKeeper(self._transport, self._tally, RequestKind.TOKEN)
        try:
            content = await _content(identity, resource, keeper)
        except (AzureError, OSError) as failure:
            error = _unreachable(failure, identity)
        else:
            answer = keeper.answer
            info = _info(content)
            if info is not None:
                return info
            assert answer is not None, "a request that raises nothing was answered"
            error = _translated(answer, identity)
        raise error  # here, so that no answer's text comes along as context


class LentToPod:
    """Asks NMI for one pod."""

    def __init__(self, identity: PodIdentity, nmi: Nmi) -> None:
        self._identity = identity
        self._nmi = nmi

    async def obtain(
        self,
        scopes: Scopes,
        *,
        claims: str | None,  # noqa: ARG002  (the port's; NMI cannot pass it on)
        enable_cae: bool,  # noqa: ARG002  (likewise)
    ) -> AccessTokenInfo:
        """Return a new token. NMI keeps tokens of its own and knows neither claims nor several scopes."""
        return await self._nmi.lend(self._identity, scopes[0].removesuffix("/.default"))

    def forget(self) -> None:
        """Do nothing: nothing is kept."""

    async def close(self) -> None:
        """Do nothing: nothing of its own is under way."""


async def _content(identity: PodIdentity, resource: str, keeper: AnswerKeeper) -> bytes:
    request = HttpRequest(
        "GET",
        identity.endpoint + PATH,
        params={"resource": resource},
        headers={"podns": identity.namespace, "podname": identity.pod},
    )
    policies: list[Any] = [RequestIdPolicy(), HeadersPolicy(), BoundedRetry(reconnects=0)]
    answered: Any = await AsyncPipeline[Any, Any](keeper, policies).run(request)
    content: bytes = answered.http_response.content
    return content if answered.http_response.status_code == 200 else b""


def _info(content: bytes) -> AccessTokenInfo | None:
    try:
        lent = msgspec.json.decode(content, type=_Lent)
        ends = int(float(lent.token.expires_on))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    if not lent.token.access_token or not lent.clientid:
        return None
    return AccessTokenInfo(lent.token.access_token, ends)


def _unreachable(failure: Exception, identity: PodIdentity) -> KeyferryError:
    return Unavailable(
        what=f"the NMI of AAD Pod Identity at {identity.endpoint} does not answer",
        cause=network_cause(failure),
        remedy=f"run its daemon on this node, in the node's network. {_INSTEAD}",
        where=identity.where,
    )


def _translated(answer: Answer, identity: PodIdentity) -> KeyferryError:
    """NMI's texts are not quoted: they are Go errors that repeat what Azure said, whatever that was."""
    if answer.status == 404:
        return NotFound(
            what=f"NMI knows no identity for pod {identity.namespace}/{identity.pod}",
            cause="HTTP 404: no AzureIdentityBinding selects the pod, or its identity is not assigned yet",
            remedy=f"give the pod the label aadpodidbinding that the binding selects, and wait a minute. {_INSTEAD}",
            where=identity.where,
        )
    if answer.status in {400, 401, 403}:
        return GrantError(
            what=f"NMI lends no identity to pod {identity.namespace}/{identity.pod}",
            cause=f"HTTP {answer.status}",
            remedy="see the log of the nmi pod on this node, and that the AzureIdentity may be used by the node's "
            f"machine (role Managed Identity Operator). {_INSTEAD}",
            where=identity.where,
        )
    what = f"the NMI of AAD Pod Identity at {identity.endpoint} does not answer as it should"
    return refusals.out_of_order(answer.retry_after, what, f"HTTP {answer.status}", identity.where)
