"""Key Vault's refusals in keyferry's words: what failed, why, and which role, rule, secret or setting must change.

Called by vault.client, at the boundary. Nothing of an answer's free text comes through but the few facts picked out
below, so neither a value nor a token can. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from azure.core.exceptions import AzureError

from keyferry.identity.answers import Answer, answer_of, network_cause
from keyferry.model.errors import (
    AssertionRejected,
    KeyferryError,
    NotFound,
    SecretAbsent,
    SpecError,
    Throttled,
    Unavailable,
    Where,
    foreign,
)
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretRef, VaultUrl
from keyferry.vault import conflicts, refusals
from keyferry.vault.deeds import Deed
from keyferry.vault.names import NOUNS, vault_name

ABSENT: Final = {
    ObjectKind.SECRET: "SecretNotFound",
    ObjectKind.CERTIFICATE: "CertificateNotFound",
    ObjectKind.KEY: "KeyNotFound",
}
_WRITABLE: Final = {
    ObjectKind.SECRET: "check the value's size (25,600 bytes at most), the content type and the tags",
    ObjectKind.CERTIFICATE: "push a certificate with its private key, RSA of 2048 bits or more or EC, and its chain",
    ObjectKind.KEY: "push an RSA key of 2048, 3072 or 4096 bits or an EC key; only a managed HSM takes symmetric ones",
}
REACH: Final = "check vaultUrl or keyvaultName, the network path, HTTPS_PROXY and NO_PROXY, and the vault's firewall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of which vault by whom; `ref` is None for a list of `kind`, else it may be of its versions.

    `deed` is what it was asked for.
    """

    identity: Identity
    vault_url: VaultUrl
    ref: SecretRef | None = None
    kind: ObjectKind = ObjectKind.SECRET
    is_of_versions: bool = False
    deed: Deed = Deed.READ

    @property
    def what(self) -> str:
        """The question in words, for the error's first line."""
        if self.ref is None:
            return f"listing {self.kind}"
        deed = "listing the versions of" if self.is_of_versions else self.deed
        return f"{deed} {NOUNS[self.ref.kind]} {self.ref.name}"

    @property
    def where(self) -> Where:
        """The vault, and the object in it."""
        path = f"{self.ref.kind}/{self.ref.name}" if self.ref else ""
        return Where(kind="Key Vault", name=self.vault_url, path=path)


class _Inner(msgspec.Struct):
    code: str = ""


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""
    innererror: _Inner | None = None


class _Body(msgspec.Struct):
    """The shape of an error: `{"error": {"code", "message", "innererror": {"code"}}}`."""

    error: _Error


def translated(refusal: Exception, asked: Asked) -> KeyferryError:
    """Return our error for one of the vendor's client; raise it outside of the handler, so that it travels alone."""
    response: Any = getattr(refusal, "response", None)
    if response is None:
        return _without_answer(refusal, asked)
    return of_answer(answer_of(response), asked)


def no_answer_yet(asked: Asked) -> KeyferryError:
    """Return the error of one who does not wait any longer for the first answer that somebody else asked for."""
    return Unavailable(
        what=f"{asked.what} failed: {asked.vault_url} has not answered yet",
        cause="the first request to it, or for its token, is still under way",
        remedy=REACH,
        where=asked.where,
    )


def retold(failure: KeyferryError, first: Asked, asked: Asked) -> KeyferryError:
    """Return the failure that `first` met as `asked` meets it: nobody's error names a secret of somebody else.

    Its type and its `retry_after` stay. One that is of no question, as of a token or of the whole vault, is as it was.
    """
    if isinstance(failure, AssertionRejected) or not failure.what.startswith(first.what):
        return failure.with_traceback(None)
    texts: dict[str, Any] = {
        "what": asked.what + failure.what.removeprefix(first.what),
        "cause": failure.cause,
        "remedy": failure.remedy,
        "where": asked.where,
    }
    if isinstance(failure, Unavailable):
        texts["retry_after"] = failure.retry_after
    return type(failure)(**texts)


def of_answer(answer: Answer, asked: Asked) -> KeyferryError:
    """Return our error for an HTTP answer."""
    code, message = _said(answer.body)
    told = refusals.Told(code=code, message=message, challenge=answer.challenge)
    match answer.status:
        case 400:
            return _bad_request(code, asked)
        case 401:
            return refusals.unauthorized(told, asked.what, asked.identity, asked.where)
        case 403:
            kind = asked.ref.kind if asked.ref else asked.kind
            return refusals.forbidden(
                told, asked.what, asked.identity, asked.where, refusals.needed(kind, writes=asked.deed is not Deed.READ)
            )
        case 404:
            return _not_found(code, asked)
        case 409:
            return conflicts.of_code(code, answer, asked.what, asked.where)
        case 429:
            return Throttled(
                retry_after=answer.retry_after,
                what=f"{asked.what} failed: {asked.vault_url} asks for fewer requests",
                cause="Key Vault answered 429",
                remedy="wait; if it lasts, find the vault's heaviest user in its metrics, or use more vaults",
                where=asked.where,
            )
        case _:
            return _out_of_order(answer, code, asked)


def _said(body: bytes) -> tuple[str, str]:
    """Return the most specific code, and the message, which only `refusals` may look into."""
    try:
        error = msgspec.json.decode(body, type=_Body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", ""
    code = error.innererror.code if error.innererror and error.innererror.code else error.code
    return (code if re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", code) else ""), error.message


def _without_answer(refusal: Exception, asked: Asked) -> KeyferryError:
    if isinstance(refusal, ValueError) and "challenge" in str(refusal):  # the vendor's policy has no type of its own
        return SpecError(
            what=f"{asked.what} failed: {asked.vault_url} does not answer as a vault of its domain does",
            cause="the resource in its challenge is not the parent domain of its address",
            remedy="correct vaultUrl: it is shown as Vault URI in the portal",
            where=asked.where,
        )
    if not isinstance(refusal, AzureError | OSError):
        return _out_of_order(Answer(status=200, body=b"", retry_after=None, challenge=""), "", asked)
    cause = network_cause(refusal)
    if "does not resolve" in cause:
        cause = f"{cause}: there is no such vault, or its private endpoint's DNS zone is not linked to this network"
    return Unavailable(
        what=f"{asked.what} failed: {asked.vault_url} does not answer",
        cause=cause,
        remedy=REACH,
        where=asked.where,
    )


def _bad_request(code: str, asked: Asked) -> SpecError:
    return SpecError(
        what=f"{asked.what} failed: {asked.vault_url} does not accept the request",
        cause=f"Key Vault answered 400 {code or 'without a code'}",
        remedy="check the name and version"
        if asked.deed is Deed.READ
        else _WRITABLE[asked.ref.kind if asked.ref else asked.kind],
        where=asked.where,
    )


def _not_found(code: str, asked: Asked) -> NotFound:
    """Only the vault's own word for an object is SecretAbsent: some proxy's 404 must never look like a deletion."""
    if asked.ref is None or code != ABSENT[asked.ref.kind]:
        return NotFound(
            what=f"{asked.what} failed: nothing is there at {asked.vault_url}",
            cause=f"HTTP 404 {code or 'without a code of Key Vault'}",
            remedy="check vaultUrl or keyvaultName: something answers there that is no vault",
            where=asked.where,
        )
    version = f" version {asked.ref.version}" if asked.ref.version else ""
    return SecretAbsent(
        what=f"{NOUNS[asked.ref.kind]} {asked.ref.name}{version} does not exist in {asked.vault_url}",
        cause=f"Key Vault answered 404; a deleted {NOUNS[asked.ref.kind]} answers the same until it is recovered",
        remedy=f"create or recover it in vault {vault_name(asked.vault_url)}, or correct the name and version",
        where=asked.where,
    )


def _out_of_order(answer: Answer, code: str, asked: Asked) -> KeyferryError:
    what = f"{asked.what} failed: {asked.vault_url} is out of order"
    cause = foreign(f"HTTP {answer.status} {code}") if answer.status >= 400 else "the answer was not understood"
    remedy = "wait; if it lasts, look for a proxy that answers in its place, and at status.azure.com"
    return Unavailable(retry_after=answer.retry_after, what=what, cause=cause, remedy=remedy, where=asked.where)
