variable "name" {
  description = "The vault's name, which is unique in all of Azure."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "name must be 3 to 24 letters, digits and -, starting with a letter, not ending with -, and without two - in a row."
  }
}

variable "existing" {
  description = <<-EOT
    Where the vault is, if it is there already: such a one is read, never changed. `subscription_id` only if it is not the
    provider's; then it is not even read. Null: the vault is made.
  EOT
  type = object({
    resource_group  = string
    subscription_id = optional(string, "")
  })
  default = null

  validation {
    condition     = var.existing == null || try(var.existing.resource_group != "", false)
    error_message = "existing.resource_group must name the vault's resource group: az keyvault show --query resourceGroup prints it."
  }

  validation {
    condition = var.existing == null || try(var.existing.subscription_id == "", false) || can(
      regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.existing.subscription_id)
    )
    error_message = "existing.subscription_id must be a GUID."
  }
}

variable "resource_group" {
  description = "The resource group that a new vault is made in."
  type        = string
  default     = ""
}

variable "location" {
  description = "Where a new vault is made."
  type        = string
  default     = ""
}

variable "tenant_id" {
  description = "The Entra tenant that a new vault trusts."
  type        = string
  default     = ""
}

variable "premium" {
  description = "Whether a new vault can keep keys in hardware."
  type        = bool
  default     = false
}

variable "retention_days" {
  description = "How long what was deleted can be recovered, from 7 to 90 days. Azure never changes it afterwards."
  type        = number
  default     = 90

  validation {
    condition     = var.retention_days >= 7 && var.retention_days <= 90 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 7 to 90."
  }
}

variable "purge_protection" {
  description = "Whether nobody can purge before these days are over. Azure never takes it back."
  type        = bool
  default     = true
}

variable "network" {
  description = <<-EOT
    Who reaches a new vault: everybody's network if `open` (identity and role still decide); else addresses and CIDRs of
    `ip_rules`, the subnets, Azure's trusted services and private endpoints.
  EOT
  type = object({
    open       = optional(bool, false)
    ip_rules   = optional(list(string), [])
    subnet_ids = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = !var.network.open || length(concat(var.network.ip_rules, var.network.subnet_ids)) == 0
    error_message = "network.open lets everybody's network in, so ip_rules and subnet_ids would do nothing: give one or the other."
  }

  validation {
    condition = alltrue([
      for rule in var.network.ip_rules : can(cidrhost(strcontains(rule, "/") ? rule : "${rule}/32", 0)) && !strcontains(rule, ":")
    ])
    error_message = "network.ip_rules must be IPv4 addresses or CIDRs, such as 203.0.113.7 or 203.0.113.0/24."
  }

  validation {
    condition = (
      var.existing != null || var.network.open || var.private_endpoint != null
      || length(concat(var.network.ip_rules, var.network.subnet_ids)) > 0
    )
    error_message = "Nobody would reach this vault: give ip_rules, subnet_ids or a private_endpoint, or make it open."
  }
}

variable "private_endpoint" {
  description = <<-EOT
    A private endpoint in `subnet_id`, or null. `dns_zone_id` is the zone privatelink.vaultcore.azure.net (or another
    cloud's) that gets its address; without it, DNS is your own affair.
  EOT
  type = object({
    subnet_id   = string
    dns_zone_id = optional(string, "")
  })
  default = null

  validation {
    condition = var.private_endpoint == null || can(
      regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id)
    )
    error_message = "private_endpoint.subnet_id must be a subnet's resource id: az network vnet subnet show --query id prints it."
  }
}

variable "dns_suffix" {
  description = "The end of vaults' host names in this cloud."
  type        = string
  default     = "vault.azure.net"
}

variable "tags" {
  description = "Tags of what is made."
  type        = map(string)
  default     = {}
}
