output "id" {
  description = "The vault's resource id."
  value       = local.is_foreign ? local.foreign.id : local.is_read ? data.azurerm_key_vault.existing[0].id : azurerm_key_vault.new[0].id
}

output "url" {
  description = "Its address, with no slash at the end."
  value       = local.is_foreign ? local.foreign.url : trimsuffix(local.is_read ? data.azurerm_key_vault.existing[0].vault_uri : azurerm_key_vault.new[0].vault_uri, "/")
}

output "location" {
  description = "Where it is; empty for a vault of another subscription, which is not read."
  value       = local.is_foreign ? "" : local.is_read ? data.azurerm_key_vault.existing[0].location : azurerm_key_vault.new[0].location
}
