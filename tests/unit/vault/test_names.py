from keyferry.model.secrets import VaultUrl
from keyferry.vault import names


def test_the_short_name_is_the_first_part_of_the_host() -> None:
    assert names.vault_name(VaultUrl("https://kv-prod.vault.azure.net")) == "kv-prod"
