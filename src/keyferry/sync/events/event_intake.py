"""From Event Grid's door to the feeds: who may come in, by the operator's settings, and whom a hint wakes.

Called by run. A hint names a vault by its short name; the feeds that exist say which vaults that can be, so an event of
a vault that nobody reads goes nowhere.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretName, SecretValue, SecretVersion, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.sync.settings import EventSettings
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.events.access import Expected
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.receiver import Gate
from keyferry.vault.events.tenant_keys import TenantKeys
from keyferry.vault.names import vault_name

PUBLIC_AUTHORITY: Final = "https://login.microsoftonline.com"
LEAST_KEY: Final = 16  # characters: an address on the internet can be tried for ever


class Feeds(Protocol):
    """What can be woken: vault.reader's Reader."""

    def feeds(self) -> tuple[FeedView, ...]:
        """Return the feeds there are."""
        ...

    def woken(self, vault_url: VaultUrl, name: SecretName, version: SecretVersion, kind: ObjectKind) -> Activity:
        """Take in an event."""
        ...


def gate(settings: EventSettings, session: aiohttp.ClientSession, clock: Clock, environment: Mapping[str, str]) -> Gate:
    """Return who is let in. SpecError where that would be nobody, or a key is no secret."""
    keys = _keys(settings.key_file)
    if not keys and not settings.audience:
        raise SpecError(
            what="nobody could deliver events",
            cause="--events-addr is set, and neither --events-key-file nor --events-audience says who may come in",
            remedy="set --events-audience to the application ID URI that Event Grid asks a token for",
        )
    if not settings.audience:
        return Gate(keys=keys)
    if not settings.tenant_id:
        raise SpecError(
            what="events with a token cannot be checked",
            cause="--events-audience is set, and no tenant is",
            remedy="set --tenant-id or AZURE_TENANT_ID",
        )
    authority = environment.get("AZURE_AUTHORITY_HOST", PUBLIC_AUTHORITY).rstrip("/")
    tenant = settings.tenant_id.lower()
    return Gate(
        keys=keys,
        expected=Expected(
            issuers=(
                f"https://sts.windows.net/{tenant}/",
                f"https://sts.chinacloudapi.cn/{tenant}/",
                f"{authority}/{tenant}/v2.0",
            ),
            audience=settings.audience,
            applications=(settings.application,),
        ),
        tenant_keys=TenantKeys(f"{authority}/{tenant}/discovery/v2.0/keys", session, clock),
    )


def wake(reader: Feeds, on_hint: Callable[[Hint], None]) -> Callable[[Collection[Hint]], None]:
    """Return what the hints of a delivery are given to. `on_hint` knows who will read what no feed has read yet."""

    def take(hints: Collection[Hint]) -> None:
        vaults: dict[str, set[VaultUrl]] = {}
        for view in reader.feeds():
            vaults.setdefault(vault_name(view.vault_url), set()).add(view.vault_url)
        for hint in hints:
            on_hint(hint)
            for url in vaults.get(hint.vault, ()):
                reader.woken(url, hint.name, hint.version, hint.kind)

    return take


def _keys(file: Path | None) -> tuple[SecretValue, ...]:
    if file is None:
        return ()
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as refusal:
        raise SpecError(
            what=f"the keys of events cannot be read from {file}",
            cause=getattr(refusal, "strerror", None) or "it is no text",
            remedy="mount the Secret that holds them, and name its file with --events-key-file",
        ) from None
    keys = [line.strip() for line in lines if line.strip()]
    if not keys or min(map(len, keys)) < LEAST_KEY:
        raise SpecError(
            what=f"the keys of events in {file} do not protect",
            cause=f"a key has fewer than {LEAST_KEY} characters" if keys else "the file has none",
            remedy="write one random key on each line, as from `openssl rand -hex 32`",
        )
    return tuple(SecretValue(key.encode()) for key in keys)
