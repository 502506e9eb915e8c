"""What a vault's address and a secret's name and version may look like, and which cloud a vault is in. Pure.

https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from keyferry.identity.federation import CLOUDS, Cloud
from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretName, SecretVersion, VaultUrl

VAULT_URL_FIELD: Final = "vaultUrl"
_VAULT_NAME = re.compile(r"(?=.{3,24}\Z)[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]")
_SECRET_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_SECRET_VERSION = re.compile(r"[0-9a-f]{32}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def vault_url(text: str, *, field: str = VAULT_URL_FIELD) -> VaultUrl:
    """Return the vault's address in its one form: `https://host`, lower case, no trailing slash, no port 443.

    SpecError names `field` and what is wrong. A host of a known cloud must be one vault of it; other hosts (Azure
    Stack, a private cloud) pass if they have a domain, because a vault's challenge names its parent domain.
    """
    address = text.strip()
    parts = _split(address, field)
    host = (parts.hostname or "").rstrip(".")
    _check_shape(parts, host, address, field)
    _check_host(host, address, field)
    port = "" if parts.port in {None, 443} else f":{parts.port}"
    return VaultUrl(f"https://{host}{port}")


def secret_name(text: str, *, field: str = "name") -> SecretName:
    """Return `text` as a secret's name. SpecError when Key Vault would not have it."""
    if not _SECRET_NAME.fullmatch(text):
        raise SpecError(
            what=f'{field} "{foreign(text)}" cannot be the name of a secret in Key Vault',
            cause="names have 1 to 127 characters of 0-9, a-z, A-Z and -",
            remedy=f"correct {field}",
        )
    return SecretName(text)


def secret_version(text: str, *, field: str = "version") -> SecretVersion:
    """Return `text` as a secret's version, "" for the latest. SpecError when it cannot be one."""
    if text and not _SECRET_VERSION.fullmatch(text.lower()):
        raise SpecError(
            what=f'{field} "{foreign(text)}" cannot be a version of a secret in Key Vault',
            cause="versions are 32 hexadecimal digits",
            remedy=f"correct {field}, or leave it out for the latest version",
        )
    return SecretVersion(text.lower())


def cloud_of_vault(url: VaultUrl) -> Cloud | None:
    """Return the cloud whose vaults have addresses like `url`, or None for a private one."""
    host = url.removeprefix("https://").partition(":")[0]
    return next((cloud for cloud in CLOUDS if host.endswith(f".{cloud.vault_suffix}")), None)


def vault_name(url: VaultUrl) -> str:
    """Return the vault's short name: the first part of its host."""
    return url.removeprefix("https://").partition(".")[0]


def _split(address: str, field: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # parsed when asked for
    except ValueError as problem:
        raise _wrong(address, field, "it is not a URL") from problem
    return parts


def _check_shape(parts: SplitResult, host: str, address: str, field: str) -> None:
    if parts.scheme != "https":
        raise _wrong(address, field, "it does not begin with https://")
    if not host:
        raise _wrong(address, field, "it names no host")
    if parts.username is not None or "\\" in address:
        raise _wrong(address, field, "it has more than a host before the path")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _wrong(address, field, "it goes on after the host; secrets are named elsewhere")


def _check_host(host: str, address: str, field: str) -> None:
    if _is_address(host) or "." not in host:
        raise _wrong(address, field, "its host is not a vault's domain name")
    if host.endswith((".privatelink.vaultcore.azure.net", ".vaultcore.azure.net")):
        raise _wrong(address, field, "it is the internal name of a private endpoint; the vault's own name leads there")
    for cloud in CLOUDS:
        if host == cloud.vault_suffix:
            raise _wrong(address, field, "it lacks the vault's name")
        name = host.removesuffix(f".{cloud.vault_suffix}")
        if name != host and not _VAULT_NAME.fullmatch(name):
            raise _wrong(
                address,
                field,
                f'"{name}" cannot be a vault: names have 3 to 24 of a-z, 0-9 and -, begin with a letter, end with a '
                "letter or digit and have no two hyphens in a row",
            )
    if not all(_LABEL.fullmatch(label) for label in host.split(".")) or len(host) > 253:
        raise _wrong(address, field, "its host is not a domain name")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _wrong(address: str, field: str, cause: str) -> SpecError:
    return SpecError(
        what=f'{field} "{foreign(address)}" is not the address of a vault',
        cause=cause,
        remedy=f"set {field} to the vault's URI as the portal shows it, like https://my-vault.vault.azure.net",
    )
