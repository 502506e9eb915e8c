output "topic_id" {
  description = "The system topic's resource id."
  value       = azurerm_eventgrid_system_topic.this.id
}
