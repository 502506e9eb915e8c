"""Base64 as strict as Go's: padding is demanded, unused bits are not looked at, line ends are skipped. RFC 4648 §4."""

import base64
import re
from typing import Final

_WHOLE: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def decoded(text: bytes) -> bytes | None:
    """Return the bytes that the text stands for, None where it stands for none."""
    plain = text.translate(None, b"\r\n")
    return base64.b64decode(plain) if _WHOLE.fullmatch(plain) else None
