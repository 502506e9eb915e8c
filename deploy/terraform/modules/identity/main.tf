locals {
  principal_id = var.existing != null ? data.azurerm_user_assigned_identity.existing[0].principal_id : azurerm_user_assigned_identity.new[0].principal_id

  # The module site says why these.
  roles = {
    secrets_user = "Key Vault Secrets User"
    reader       = "Key Vault Reader"
  }

  scopes = {
    for key, grant in var.grants :
    key => grant.object == "" ? grant.vault_id : "${grant.vault_id}/${grant.object_type}/${grant.object}"
  }
}

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

resource "azurerm_role_assignment" "this" {
  for_each = var.grants

  # Azure knows one assignment for each scope, role and principal. So does its name, whoever makes it.
  name                 = uuidv5("url", join("|", [lower(local.scopes[each.key]), each.value.role, local.principal_id]))
  scope                = local.scopes[each.key]
  role_definition_name = local.roles[each.value.role]
  principal_id         = local.principal_id
  principal_type       = "ServicePrincipal" # a new identity may not be in the directory yet; this spares the look-up
}
