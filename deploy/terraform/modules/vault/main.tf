locals {
  is_new     = var.existing == null
  is_foreign = try(var.existing.subscription_id != "", false)
  is_read    = !local.is_new && !local.is_foreign

  # With no rule that would let anyone in, the public address can be off altogether.
  is_public = var.network.open || length(concat(var.network.ip_rules, var.network.subnet_ids)) > 0

  foreign = local.is_foreign ? {
    id  = "/subscriptions/${var.existing.subscription_id}/resourceGroups/${var.existing.resource_group}/providers/Microsoft.KeyVault/vaults/${var.name}"
    url = "https://${lower(var.name)}.${var.dns_suffix}"
  } : null
}

data "azurerm_key_vault" "existing" {
  count = local.is_read ? 1 : 0

  name                = var.name
  resource_group_name = var.existing.resource_group

  lifecycle {
    postcondition {
      condition     = self.rbac_authorization_enabled
      error_message = <<-EOT
        The vault ${var.name} decides by access policies, so roles on it do nothing. Give everyone who reads it a role first,
        because all its access policies go out of force at once, and then:
        az keyvault update --resource-group ${self.resource_group_name} --name ${var.name} --enable-rbac-authorization true
      EOT
    }
  }
}

resource "azurerm_key_vault" "new" {
  count = local.is_new ? 1 : 0

  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  tenant_id           = var.tenant_id
  sku_name            = var.premium ? "premium" : "standard"

  rbac_authorization_enabled = true
  soft_delete_retention_days = var.retention_days
  purge_protection_enabled   = var.purge_protection

  public_network_access_enabled = local.is_public
  network_acls {
    bypass                     = "AzureServices"
    default_action             = var.network.open ? "Allow" : "Deny"
    ip_rules                   = var.network.ip_rules
    virtual_network_subnet_ids = var.network.subnet_ids
  }

  tags = var.tags
}

resource "azurerm_private_endpoint" "this" {
  count = local.is_new && var.private_endpoint != null ? 1 : 0

  name                = "${var.name}-endpoint"
  resource_group_name = var.resource_group
  location            = var.location
  subnet_id           = var.private_endpoint.subnet_id

  private_service_connection {
    name                           = var.name
    private_connection_resource_id = azurerm_key_vault.new[0].id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = var.private_endpoint.dns_zone_id == "" ? [] : [var.private_endpoint.dns_zone_id]
    content {
      name                 = "vault"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }

  tags = var.tags
}
