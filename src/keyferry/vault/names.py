"""What a vault and what it holds are called in a message. Pure."""

from typing import Final

from keyferry.model.secrets import ObjectKind, VaultUrl

NOUNS: Final = {ObjectKind.SECRET: "secret", ObjectKind.CERTIFICATE: "certificate", ObjectKind.KEY: "key"}


def vault_name(url: VaultUrl) -> str:
    """Return the vault's short name: the first part of its host."""
    return url.removeprefix("https://").partition(".")[0]
