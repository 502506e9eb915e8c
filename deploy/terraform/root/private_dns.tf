# One zone for all private endpoints that bring none of their own, linked to the networks that they name. A network can be
# linked to one zone of this name: where it has one already, the vaults' private_endpoint.dns_zone_id names that.

locals {
  # https://learn.microsoft.com/azure/private-link/private-endpoint-dns
  private_zones = {
    public       = "privatelink.vaultcore.azure.net"
    usgovernment = "privatelink.vaultcore.usgovcloudapi.net"
    china        = "privatelink.vaultcore.azure.cn"
  }

  linked_networks = toset([
    for vault in var.vaults : vault.private_endpoint.network_id
    if try(vault.private_endpoint.dns_zone_id == "", false)
  ])
}

resource "azurerm_private_dns_zone" "vaults" {
  count = length(local.linked_networks) > 0 ? 1 : 0

  name                = local.private_zones[var.estate.environment]
  resource_group_name = local.group.name
  tags                = var.estate.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "vaults" {
  for_each = local.linked_networks

  name                = "${var.estate.name}-${substr(sha256(lower(each.key)), 0, 8)}"
  private_dns_zone_id = azurerm_private_dns_zone.vaults[0].id
  virtual_network_id  = each.key
  tags                = var.estate.tags
}
