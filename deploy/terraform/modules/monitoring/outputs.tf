output "workspace_id" {
  description = "The workspace that the vaults' audit logs go to."
  value       = local.workspace_id
}
