locals {
  workspace_id = var.workspace_id != "" ? var.workspace_id : azurerm_log_analytics_workspace.new[0].id

  window = (
    var.window_minutes == 1440 ? "P1D" : var.window_minutes >= 60 ? "PT${var.window_minutes / 60}H" : "PT${var.window_minutes}M"
  )
}

resource "azurerm_log_analytics_workspace" "new" {
  count = var.workspace_id == "" ? 1 : 0

  name                = "${var.name}-audit"
  resource_group_name = var.resource_group
  location            = var.location
  retention_in_days   = var.retention_days

  # Its shared keys are in the state, and open nothing.
  local_authentication_enabled = false

  tags = var.tags
}

resource "azurerm_monitor_diagnostic_setting" "audit" {
  for_each = var.vault_ids

  name                           = "${var.name}-audit"
  target_resource_id             = each.value
  log_analytics_workspace_id     = local.workspace_id
  log_analytics_destination_type = "Dedicated" # the table AZKVAuditLogs, which the queries read

  enabled_log {
    category_group = "audit"
  }
}

resource "azurerm_monitor_action_group" "told" {
  count = length(var.emails) > 0 ? 1 : 0

  name                = "${var.name}-vaults"
  resource_group_name = var.resource_group
  short_name          = substr(var.name, 0, 12)

  dynamic "email_receiver" {
    for_each = toset(var.emails)
    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }

  tags = var.tags
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "vaults" {
  for_each = local.alerts

  name                 = "${var.name}-${each.key}"
  resource_group_name  = var.resource_group
  location             = var.location
  display_name         = each.value.title
  description          = each.value.description
  severity             = each.value.severity
  scopes               = [local.workspace_id]
  evaluation_frequency = local.window
  window_duration      = local.window

  # An alert of the rest ends by itself. That of an unknown reader is told each time.
  auto_mitigation_enabled = each.value.resolves

  # A new workspace has no such table until the first record is there.
  skip_query_validation = true

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = each.value.threshold
    resource_id_column      = "_ResourceId" # each vault is counted by itself

    dynamic "dimension" {
      for_each = each.value.dimensions
      content {
        name     = dimension.value
        operator = "Include"
        values   = ["*"]
      }
    }
  }

  action {
    action_groups = azurerm_monitor_action_group.told[*].id
  }

  tags = var.tags
}
