"""From the text that a vault holds to the bytes that a file shall hold: `objectEncoding` of the CSI API.

RFC 4648 §4 and §8, as strict as the Azure provider: padding is demanded, line ends are skipped in base64 alone.
"""

import base64
import binascii
from typing import assert_never

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.spec.azure_mount import ObjectEncoding


def decoded(value: SecretValue, encoding: ObjectEncoding) -> SecretValue:
    """Return the bytes that the value stands for. SpecError, which does not quote it, where it stands for none."""
    text = value.reveal()
    try:
        match encoding:
            case ObjectEncoding.UTF_8:
                return value
            case ObjectEncoding.HEX:
                return SecretValue(binascii.unhexlify(text))
            case ObjectEncoding.BASE64:
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
