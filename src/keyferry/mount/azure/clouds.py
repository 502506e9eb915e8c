"""The clouds by the names that mounts give them, and AzureStackCloud from its own document. Pure.

Called by mount.azure.provider and mount.azure.cloud_files. Names and keys are those of go-autorest's environments,
which upstream takes: https://github.com/Azure/go-autorest/blob/main/autorest/azure/environments.go
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from keyferry.identity.federation.clouds import AUTOREST_NAMES, OWN_CLOUD, Cloud, cloud_of, environment_named
from keyferry.model.errors import SpecError, Where, foreign
from keyferry.model.secrets import VaultUrl
from keyferry.spec.problems import did_you_mean

NAMES_SHOWN: Final = ", ".join((*AUTOREST_NAMES, OWN_CLOUD))
KEYS: Final = ("name", "activeDirectoryEndpoint", "keyVaultEndpoint", "keyVaultDNSSuffix")

_SUFFIX: Final = re.compile(r"(?!.{254})[0-9a-z]([0-9a-z-]*[0-9a-z])?(\.[0-9a-z]([0-9a-z-]*[0-9a-z])?)+")


def is_own(name: str) -> bool:
    """Tell whether `name` is AzureStackCloud, whose addresses stand in a file."""
    return name.lower() == OWN_CLOUD.lower()


def is_known(name: str) -> bool:
    """Tell whether `name` is a cloud's in any case, AzureStackCloud's included."""
    return is_own(name) or (bool(name) and environment_named(name) is not None)


def named(name: str, where: Where) -> Cloud:
    """Return the cloud called `name` in any case, the public one for "". SpecError for a name that is none.

    AzureStackCloud is none here: ask `is_own` first.
    """
    environment = environment_named(name)
    if environment is not None:
        return cloud_of(environment)
    hint = did_you_mean(name, (*AUTOREST_NAMES, OWN_CLOUD))
    raise SpecError(
        what=f'cloudName "{foreign(name)}" is not an Azure cloud',
        cause=hint,
        remedy=f"use one of {NAMES_SHOWN}",
        where=where,
    )


def described(content: bytes, path: str) -> Cloud:
    """Return the cloud that a document of AzureStackCloud describes. SpecError names `path` and the key.

    Keys count without case, as Go reads them; those that are not asked for may be anything.
    """
    keys = _keys(content, path)
    suffix = _text(keys, "keyVaultDNSSuffix", path).lower().lstrip(".")
    if not _SUFFIX.fullmatch(suffix):
        raise _wrong(path, "keyVaultDNSSuffix", "is not a DNS suffix", "write it as vault.contoso.example")
    _text(keys, "name", path)
    _address(keys, "keyVaultEndpoint", path)
    authority = _address(keys, "activeDirectoryEndpoint", path)
    return Cloud(environment=OWN_CLOUD, authority_host=authority, vault_suffix=suffix)


def vault_url(cloud: Cloud, vault_name: str) -> VaultUrl:
    """Return the address of the vault called `vault_name`, whose form spec.azure_mount has checked."""
    return VaultUrl(f"https://{vault_name.lower()}.{cloud.vault_suffix}")


def _keys(content: bytes, path: str) -> Mapping[str, Any]:
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _unusable(path, "it is not a JSON object", f"write one with the keys {', '.join(KEYS)}")
    return {key.lower(): value for key, value in document.items()}


def _text(keys: Mapping[str, Any], key: str, path: str) -> str:
    value = keys.get(key.lower())
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise _wrong(path, key, "is missing or no text", f"the keys {', '.join(KEYS)} are needed")


def _address(keys: Mapping[str, Any], key: str, path: str) -> str:
    text = _text(keys, key, path)
    try:
        parts = urlsplit(text)
        odd = parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError:
        odd = True
    if odd or not text.isascii() or not text.isprintable():
        raise _wrong(path, key, "is not an https address", "write it as https://login.contoso.example/")
    return text.rstrip("/")


def _wrong(path: str, key: str, message: str, remedy: str) -> SpecError:
    return _unusable(path, f"{key} {message}", remedy)


def _unusable(path: str, cause: str, remedy: str) -> SpecError:
    return SpecError(
        what=f"the file {foreign(path)} does not describe a cloud",
        cause=cause,
        remedy=remedy,
        where=Where(kind="file", name=foreign(path)),
    )
