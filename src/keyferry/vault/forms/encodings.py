"""From the text that a vault holds to the bytes that a file shall hold: `objectEncoding` of the CSI API.

RFC 4648 §4 and §8, as strict as the Azure provider: padding is demanded, line ends are skipped in base64 alone.
"""

import base64
import binascii
from enum import StrEnum
from typing import assert_never

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue


class TextEncoding(StrEnum):
    """How a value stands for bytes."""

    UTF_8 = "utf-8"
    HEX = "hex"
    BASE64 = "base64"


def decoded(value: SecretValue, encoding: TextEncoding) -> SecretValue:
    """Return the bytes that the value stands for. SpecError, which does not quote it, where it stands for none."""
    text = value.reveal()
    try:
        match encoding:
            case TextEncoding.UTF_8:
                return value
            case TextEncoding.HEX:
                return SecretValue(binascii.unhexlify(text))
            case TextEncoding.BASE64:
                return SecretValue(base64.b64decode(text.translate(None, b"\r\n"), validate=True))
            case _:
                assert_never(encoding)
    except ValueError:
        pass  # raised below: the codec's own words may quote what it read
    raise SpecError(
        what=f"the value is not {encoding}",
        cause="objectEncoding says that it is",
        remedy="correct objectEncoding, or store the value in that encoding",
    )
