"""May this identity read, may it list? Asked of the vault itself, without a value ever coming back.

For checks of stores and for the doctor, who may not import vault.reader.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.vault.client import Clients

NO_SUCH_VERSION: Final = SecretVersion("0" * 32)
NO_SUCH_SECRET: Final = SecretName("keyferry-probe")


class Verdict(StrEnum):
    """The answer; UNKNOWN when the vault, Entra or the network could not be asked."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A verdict with its reason: the error that a real read would have met, None when it is allowed."""

    verdict: Verdict
    reason: KeyferryError | None = None


async def may_read(
    clients: Clients,
    identity: Identity,
    vault_url: VaultUrl,
    name: SecretName = NO_SUCH_SECRET,
) -> Probe:
    """Say whether `identity` may read the secret `name`, without reading it; never raises a KeyferryError.

    It asks for a version that does not exist: permission is checked first, so 404 means yes and 403 no. With the
    default name a role on single secrets is not seen. The vault's audit log shows the request.
    """
    ref = SecretRef(vault_url=vault_url, name=name, version=NO_SUCH_VERSION)
    return await _probe(clients.of(vault_url, identity).try_get(ref))


async def may_list(clients: Clients, identity: Identity, vault_url: VaultUrl) -> Probe:
    """Say whether `identity` may list the secrets of the vault; never raises a KeyferryError."""
    return await _probe(clients.of(vault_url, identity).list_one_page())


async def _probe(question: Awaitable[None]) -> Probe:
    try:
        await question
    except GrantError as reason:
        return Probe(verdict=Verdict.REFUSED, reason=reason)
    except KeyferryError as reason:
        return Probe(verdict=Verdict.UNKNOWN, reason=reason)
    return Probe(verdict=Verdict.ALLOWED)
