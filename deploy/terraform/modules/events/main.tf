resource "azurerm_eventgrid_system_topic" "this" {
  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  source_resource_id  = var.vault_id
  topic_type          = "Microsoft.KeyVault.vaults"
  tags                = var.tags
}

resource "azurerm_eventgrid_system_topic_event_subscription" "this" {
  name                  = "keyferry"
  system_topic          = azurerm_eventgrid_system_topic.this.name
  resource_group_name   = var.resource_group
  event_delivery_schema = "CloudEventSchemaV1_0"

  # There are none for what is deleted, disabled or changed in its attributes: for these the operator goes on asking.
  included_event_types = [
    "Microsoft.KeyVault.SecretNewVersionCreated",
    "Microsoft.KeyVault.CertificateNewVersionCreated",
    "Microsoft.KeyVault.KeyNewVersionCreated",
  ]

  webhook_endpoint {
    url                               = var.endpoint
    active_directory_tenant_id        = var.tenant_id
    active_directory_app_id_or_uri    = var.application
    max_events_per_batch              = 100
    preferred_batch_size_in_kilobytes = 64
  }

  # After an hour the operator has long found out by itself.
  retry_policy {
    max_delivery_attempts = 30
    event_time_to_live    = 60
  }
}
