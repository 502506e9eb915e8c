output "subscription_id" {
  description = "The event subscription's resource id."
  value = (
    var.makes_topic ? azurerm_eventgrid_system_topic_event_subscription.this[0].id : azurerm_eventgrid_event_subscription.this[0].id
  )
}
