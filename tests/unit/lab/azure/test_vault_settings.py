from keyferry.lab.azure.vault_settings import VaultSettings


def test_a_vault_decides_by_roles_and_lets_everybody_in_unless_told() -> None:
    settings = VaultSettings()
    assert (settings.rbac, settings.network.default_action, settings.network.bypass) == (True, "Allow", "AzureServices")
