output "id" {
  description = "The identity's resource id."
  value       = var.existing != null ? data.azurerm_user_assigned_identity.existing[0].id : azurerm_user_assigned_identity.new[0].id
}

output "client_id" {
  description = "The client id, which a ServiceAccount's annotation azure.workload.identity/client-id names."
  value       = var.existing != null ? data.azurerm_user_assigned_identity.existing[0].client_id : azurerm_user_assigned_identity.new[0].client_id
}

output "principal_id" {
  description = "The object id, which role assignments name."
  value       = local.principal_id
}

output "tenant_id" {
  description = "The tenant that it is in."
  value       = var.existing != null ? data.azurerm_user_assigned_identity.existing[0].tenant_id : azurerm_user_assigned_identity.new[0].tenant_id
}

output "role_assignment_ids" {
  description = "What was granted. A role holds some minutes after it was: wait with a time_sleep that is triggered by these."
  value       = [for assignment in azurerm_role_assignment.this : assignment.id]
}
