data "azurerm_user_assigned_identity" "existing" {
  count = var.existing != null ? 1 : 0

  name                = var.name
  resource_group_name = var.existing.resource_group
}

resource "azurerm_user_assigned_identity" "new" {
  count = var.existing == null ? 1 : 0

  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  tags                = var.tags
}
