output "subject" {
  description = "The subject that the identity trusts."
  value       = local.subject
}

output "role_assignment_ids" {
  description = "What was granted. A role holds some minutes after it was: wait with a time_sleep that is triggered by these."
  value       = [for assignment in azurerm_role_assignment.this : assignment.id]
}
