"""The ServiceAccount tokens that kubelet sends along, from their JSON and into it. Pure.

The JSON is an object with a key for each audience: https://kubernetes-csi.github.io/docs/token-requests.html.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec

from keyferry.model.secrets import SecretValue
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.state import PodToken

KEY: Final = "csi.storage.k8s.io/serviceAccount.tokens"
MOST_BYTES: Final = 512 * 1024
MOST_AUDIENCES: Final = 64


class _Token(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(min_length=1)]
    expirationTimestamp: Annotated[datetime, msgspec.Meta(tz=True)]  # noqa: N815  (Kubernetes' spelling)


_DECODER = msgspec.json.Decoder(dict[str, _Token])


def parse(text: str) -> Mapping[str, PodToken]:
    """Return the tokens by audience; none for an empty text. InvalidRequest, which quotes nothing, for any other."""
    if not text:
        return {}
    if len(text) > MOST_BYTES:
        raise InvalidRequest(what=f"{KEY} is not accepted", cause=f"it has more than {MOST_BYTES} characters")
    try:
        found = _DECODER.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        found = None  # the cause would stand in a traceback, with what it could not read
    if found is None or len(found) > MOST_AUDIENCES:
        raise InvalidRequest(
            what=f"{KEY} is not accepted",
            cause="it is not a JSON object that gives token and expirationTimestamp for each audience",
        )
    return {
        audience: PodToken(token=_hidden(each.token), expires=each.expirationTimestamp)
        for audience, each in found.items()
    }


def text_of(tokens: Mapping[str, PodToken]) -> str:
    """Return the JSON of `tokens`, for a provider in another process: it holds them in the clear."""
    found = {
        audience: _Token(token=each.token.reveal().decode(), expirationTimestamp=each.expires)
        for audience, each in tokens.items()
    }
    return msgspec.json.encode(found).decode()


def _hidden(token: str) -> SecretValue:
    return SecretValue(token.encode())
