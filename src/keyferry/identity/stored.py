"""The grant of a service principal: a credential that is stored in the cluster. What keyferry exists to do away with.

Called by identity.credential; calls identity.exchange and identity.certificates.
"""

import asyncio
import re
from typing import Final

from azure.core.credentials import AccessTokenInfo

from keyferry.identity.exchange import Entra, Proof
from keyferry.identity.grants import Scopes
from keyferry.model.errors import SpecError
from keyferry.model.identity import ServicePrincipal
from keyferry.model.secrets import SecretValue

_GUID: Final = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Stored:
    """Proves one principal by its credential, which is looked at once: another credential is another identity."""

    def __init__(self, principal: ServicePrincipal, entra: Entra) -> None:
        self._principal = principal
        self._entra = entra
        self._proof: Proof | None = None

    async def obtain(self, scopes: Scopes, *, claims: str | None, enable_cae: bool) -> AccessTokenInfo:
        """Ask Entra. SpecError when the credential cannot be one; AssertionRejected when Entra would not have it."""
        if self._proof is None:
            self._proof = await asyncio.to_thread(_proof, self._principal)  # PKCS#12 derives keys: up to a second
        return await self._entra.identify(self._principal, self._proof, scopes, claims=claims, enable_cae=enable_cae)

    def forget(self) -> None:
        """Do nothing: what is kept follows from the identity."""

    async def close(self) -> None:
        """Do nothing: nothing of its own is under way."""


def _proof(principal: ServicePrincipal) -> Proof:
    if principal.certificate is not None:
        from keyferry.identity import certificates  # noqa: PLC0415  (cryptography is heavy, and this kind is seldom)

        try:
            found = certificates.of(principal.certificate.reveal())
        except SpecError as problem:
            raise SpecError(
                what=problem.what, cause=problem.cause, remedy=problem.remedy, where=principal.where
            ) from None
        hint = f"the certificate's thumbprint is {found.thumbprint}, it ends at {found.ends:%Y-%m-%dT%H:%MZ}"
        return Proof(certificate=found.pem, hint=hint)
    secret = principal.secret if principal.secret is not None else SecretValue(b"")
    return Proof(secret=secret, hint=_hint(secret.reveal(), principal))


def _hint(secret: bytes, principal: ServicePrincipal) -> str:
    """Say what is odd about a client secret, and nothing else of it."""
    try:
        secret.decode()
    except UnicodeDecodeError:
        raise _unusable("it is not UTF-8 text", principal) from None
    if not secret.strip():
        raise _unusable("it is empty", principal)
    if _GUID.fullmatch(secret.strip()):
        return "it has the form of a secret's ID, where the secret's value is needed"
    if secret != secret.strip():
        return "it begins or ends with white space, such as the newline that echo adds"
    return ""


def _unusable(cause: str, principal: ServicePrincipal) -> SpecError:
    return SpecError(
        what="the client secret cannot be used",
        cause=cause,
        remedy="store the secret's value as the portal shows it once, without a newline at its end",
        where=principal.where,
    )
