"""Values in the forms that Key Vault takes, and whether it holds them already. Pure.

The one module of writing that takes a value out of its wrapper. What certificates and keys need is loaded with the
first of them: most processes push neither.
"""

from contextlib import suppress
from typing import Final, assert_never

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretValue
from keyferry.vault.writing.shapes import Material

MAX_SECRET_BYTES: Final = 25_600  # https://learn.microsoft.com/azure/key-vault/general/service-limits


def of(kind: ObjectKind, value: SecretValue) -> Material:
    """Return the value as an object of that kind takes it. SpecError, which does not quote it, where it cannot."""
    content = value.reveal()
    match kind:
        case ObjectKind.SECRET:
            return _text(content)
        case ObjectKind.CERTIFICATE:
            from keyferry.vault.writing import certificate_forms  # noqa: PLC0415  (loaded when needed)

            return certificate_forms.certificate(content)
        case ObjectKind.KEY:
            from keyferry.vault.writing import key_forms  # noqa: PLC0415  (as above)

            return key_forms.key(content)
        case _:
            assert_never(kind)


def _text(content: bytes) -> str:
    """Return the text of a secret. SpecError where it is none, which upstream would spoil, or too long."""
    if len(content) > MAX_SECRET_BYTES:
        raise SpecError(
            what=f"the value has {len(content)} bytes, and a secret of Key Vault at most {MAX_SECRET_BYTES}",
            remedy="push it in parts, or by a template that makes it smaller",
        )
    with suppress(UnicodeDecodeError):
        return content.decode()
    raise SpecError(
        what="the value is no text, and a secret of Key Vault holds text alone",
        cause="it is not UTF-8",
        remedy="push it in base64, by a template such as {{ .key | b64enc }}; a certificate as cert/NAME",
    )
