"""What a vault is called where an address is too long. Pure."""

from keyferry.model.secrets import VaultUrl


def vault_name(url: VaultUrl) -> str:
    """Return the vault's short name: the first part of its host."""
    return url.removeprefix("https://").partition(".")[0]
