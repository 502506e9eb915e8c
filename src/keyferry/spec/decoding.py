"""How the text of a value in Key Vault becomes the bytes of the Secret: decoding strategies and the NUL-byte policy."""

import base64
import re
from enum import StrEnum
from typing import Final, assert_never

from keyferry.model.errors import SpecError

_STANDARD: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_URL_SAFE: Final = re.compile(rb"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?")


class Decoding(StrEnum):
    """`decodingStrategy`. Auto decodes whatever happens to be Base64, plain words such as `test` among it."""

    AUTO = "Auto"
    BASE64 = "Base64"
    BASE64URL = "Base64URL"
    NONE = "None"


class NullBytePolicy(StrEnum):
    """`nullBytePolicy`: whether a value with a byte 0 in it fails the sync."""

    IGNORE = "Ignore"
    FAIL = "Fail"


def decode(value: bytes, strategy: Decoding) -> bytes:
    """Return the value decoded; raise `SpecError`, which does not tell the value, where it is not what it should be.

    Padding is required and line ends are skipped, as in Go's encoding/base64.
    """
    match strategy:
        case Decoding.NONE:
            return value
        case Decoding.AUTO:
            return _first_that_fits(value)
        case Decoding.BASE64:
            decoded = _standard(value)
        case Decoding.BASE64URL:
            decoded = _url_safe(value)
        case _:
            assert_never(strategy)
    if decoded is None:
        raise SpecError(
            what=f"the value is not {strategy}",
            cause=f"decodingStrategy is {strategy}, which needs padding and allows nothing but line ends between",
            remedy="set decodingStrategy to None, or store the value encoded so",
        )
    return decoded


def check_null_bytes(value: bytes, policy: NullBytePolicy) -> None:
    """Raise `SpecError` where the policy is Fail and the decoded value holds a byte 0."""
    if policy is NullBytePolicy.FAIL and b"\0" in value:
        raise SpecError(
            what="the value holds a NUL byte",
            cause="nullBytePolicy is Fail",
            remedy="set nullBytePolicy to Ignore, or mend the value in the vault",
        )


def _first_that_fits(value: bytes) -> bytes:
    for attempt in (_standard(value), _url_safe(value)):
        if attempt is not None:
            return attempt
    return value


def _standard(value: bytes) -> bytes | None:
    text = _without_line_ends(value)
    return base64.b64decode(text) if _STANDARD.fullmatch(text) else None


def _url_safe(value: bytes) -> bytes | None:
    text = _without_line_ends(value)
    return base64.urlsafe_b64decode(text) if _URL_SAFE.fullmatch(text) else None


def _without_line_ends(value: bytes) -> bytes:
    return value.translate(None, b"\r\n")
