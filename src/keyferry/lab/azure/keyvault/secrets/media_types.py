"""A certificate's secret in the form that the caller asks for by `outContentType`.

https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret (parameter outContentType, from 2025-07-01 on)
"""

import base64
from dataclasses import replace
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.world.http import Request

PKCS12: Final = "application/x-pkcs12"
PEM: Final = "application/x-pem-file"
KNOWN_SINCE: Final = ("2025-07-01", "2026-04-01")


def asked(request: Request, secret: Secret, version: SecretVersion) -> SecretVersion:
    """Return the version as the request wants it. RefusedError where it cannot be had so.

    Older api-versions know neither the parameter nor the version before. Secrets of no certificate are as they are.
    """
    if request.parameter("api-version") not in KNOWN_SINCE:
        return replace(version, previous="")
    wanted = request.parameter("outContentType")
    if not wanted or not secret.managed:
        return version
    if wanted not in (PEM, PKCS12):
        raise bad_parameter("outContentType", f"it is neither {PEM} nor {PKCS12}")
    if wanted == version.content_type:
        return version
    if wanted == PKCS12:
        raise bad_parameter("outContentType", f"a secret in {PEM} is not given as {PKCS12}")
    return replace(version, value=_pem(version.value), content_type=PEM)


def _pem(value: str) -> str:
    content = pkcs12.load_pkcs12(base64.b64decode(value), None)
    parts = []
    if content.key is not None:
        parts.append(content.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    held = [content.cert, *content.additional_certs]
    parts += [each.certificate.public_bytes(Encoding.PEM) for each in held if each is not None]
    return b"".join(parts).decode()
