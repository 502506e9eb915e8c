locals {
  # What the cluster writes into its tokens' `sub`. Entra compares it letter by letter.
  subject = "system:serviceaccount:${var.namespace}:${var.service_account}"

  # Fixed by Entra. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
  audience = "api://AzureADTokenExchange"

  # Readable, and told apart from others that read alike by a digest of what it is for.
  credential = join("-", [
    substr(replace("${var.namespace}-${var.service_account}", ".", "-"), 0, 100),
    substr(sha256("${var.cluster}\n${local.subject}"), 0, 8),
  ])

  # README.md says why these.
  roles = {
    secrets_user = "Key Vault Secrets User"
    reader       = "Key Vault Reader"
  }

  scopes = {
    for key, grant in var.grants :
    key => grant.object == "" ? grant.vault_id : "${grant.vault_id}/${grant.object_type}/${grant.object}"
  }
}

resource "azurerm_federated_identity_credential" "this" {
  name                      = local.credential
  user_assigned_identity_id = var.identity_id
  issuer                    = var.issuer
  subject                   = local.subject
  audience                  = [local.audience]
}

resource "azurerm_role_assignment" "this" {
  for_each = var.grants

  # Azure knows one assignment for each scope, role and principal. So does its name, whoever makes it.
  name                 = uuidv5("url", join("|", [lower(local.scopes[each.key]), each.value.role, var.principal_id]))
  scope                = local.scopes[each.key]
  role_definition_name = local.roles[each.value.role]
  principal_id         = var.principal_id
  principal_type       = "ServicePrincipal" # a new identity may not be in the directory yet; this spares the look-up
}
