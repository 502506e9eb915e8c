"""What a review yields and is sent: requests to webhooks, and what came of them."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from keyferry.lab.world.http import Response

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A POST of JSON over TLS. `url` is what errors quote; the connection goes to `address` where there is one.

    The certificate must be good for the host of `url`, by the authorities of `ca_pem`, or by the machine's without any.
    """

    url: str
    body: bytes
    timeout_seconds: int
    ca_pem: bytes = b""
    address: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """There is no answer; `why` says it in the words of Go's HTTP client, `failed` what the server was about to do."""

    why: str
    failed: str = "failed to call webhook"


Heard = Response | Unreachable
Asks = tuple[Ask, ...]
Review = Generator[Asks, tuple[Heard, ...], T]  # those of one tuple are asked at the same time


def alone(review: Review[Any]) -> Any:
    """Return the result of a review that asks nobody."""
    try:
        next(review)
    except StopIteration as end:
        return end.value
    raise AssertionError("there are webhooks, and nobody asks them")
