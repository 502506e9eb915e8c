"""What a person sees of ExternalSecrets and Secrets: conditions, versions, lengths and digests, never a value."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.spec.conditions import READY, Condition, ExternalSecretStatus, find
from keyferry.sync.kinds import EXTERNAL_SECRETS

T = TypeVar("T")

POLL_SECONDS = 0.05


class _Secret(msgspec.Struct):
    metadata: ObjectMeta
    data: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A Secret: its uid, and each key's length and digest."""

    uid: str
    digests: dict[str, str]
    lengths: dict[str, int]

    def line(self, key: str) -> str:
        """Return what may be shown of one key."""
        return f"{key}: {self.lengths[key]} characters, digest {self.digests[key]}"


async def secret(client: Client, key: Key) -> Seen | None:
    """Return what can be shown of a Secret, None when it does not exist."""
    try:
        return await client.get(SECRETS, key, _seen)
    except NotFound:
        return None


async def ready(client: Client, key: Key) -> Condition | None:
    """Return the Ready condition of an ExternalSecret, None while it has none."""
    document = await client.get(EXTERNAL_SECRETS, key, msgspec.json.decode)
    return find(ExternalSecretStatus.read(document).conditions, READY)


async def until(look: Callable[[], Awaitable[T | None]], *, seconds: float, what: str) -> T:
    """Look again and again until there is an answer. Unavailable when there is none within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while (answer := await look()) is None:  # noqa: ASYNC110  (the event happens in another process)
                await asyncio.sleep(POLL_SECONDS)
            return answer
    except TimeoutError as refusal:
        raise Unavailable(
            what=f"{what} did not happen within {seconds:g} s",
            remedy="read operator.log in the lab's folder",
        ) from refusal


def _seen(document: bytes) -> Seen:
    read = msgspec.json.decode(document, type=_Secret)
    values = {key: SecretValue(base64.b64decode(value)) for key, value in read.data.items()}
    return Seen(
        uid=read.metadata.uid,
        digests={key: value.digest() for key, value in values.items()},
        lengths={key: len(value) for key, value in values.items()},
    )
