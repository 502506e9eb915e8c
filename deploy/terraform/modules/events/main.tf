locals {
  # There are none for what is deleted, disabled or changed in its attributes: for these the operator goes on asking.
  event_types = [
    "Microsoft.KeyVault.SecretNewVersionCreated",
    "Microsoft.KeyVault.CertificateNewVersionCreated",
    "Microsoft.KeyVault.KeyNewVersionCreated",
  ]

  # After an hour the operator has long found out by itself.
  attempts         = 30
  lifetime_minutes = 60
}

resource "azurerm_eventgrid_system_topic" "this" {
  count = var.makes_topic ? 1 : 0

  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  source_resource_id  = var.vault_id
  topic_type          = "Microsoft.KeyVault.vaults"
  tags                = var.tags
}

resource "azurerm_eventgrid_system_topic_event_subscription" "this" {
  count = var.makes_topic ? 1 : 0

  name                  = var.name
  system_topic          = azurerm_eventgrid_system_topic.this[0].name
  resource_group_name   = var.resource_group
  event_delivery_schema = "CloudEventSchemaV1_0"
  included_event_types  = local.event_types

  webhook_endpoint {
    url                               = var.endpoint
    active_directory_tenant_id        = var.tenant_id
    active_directory_app_id_or_uri    = var.application
    max_events_per_batch              = 100
    preferred_batch_size_in_kilobytes = 64
  }

  retry_policy {
    max_delivery_attempts = local.attempts
    event_time_to_live    = local.lifetime_minutes
  }
}

resource "azurerm_eventgrid_event_subscription" "this" {
  count = var.makes_topic ? 0 : 1

  name                  = var.name
  scope                 = var.vault_id
  event_delivery_schema = "CloudEventSchemaV1_0"
  included_event_types  = local.event_types

  webhook_endpoint {
    url                               = var.endpoint
    active_directory_tenant_id        = var.tenant_id
    active_directory_app_id_or_uri    = var.application
    max_events_per_batch              = 100
    preferred_batch_size_in_kilobytes = 64
  }

  retry_policy {
    max_delivery_attempts = local.attempts
    event_time_to_live    = local.lifetime_minutes
  }
}
