variable "name" {
  description = "What the names of the workspace, the settings and the alerts begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$", var.name))
    error_message = "name must be 1 to 50 letters, digits and -, with a letter or digit at both ends."
  }
}

variable "resource_group" {
  description = "The resource group of what is made."
  type        = string
}

variable "location" {
  description = "Where it is made."
  type        = string
}

variable "vault_ids" {
  description = "The resource ids of the vaults that are watched, by any names that stay the same."
  type        = map(string)

  validation {
    condition     = length(var.vault_ids) > 0
    error_message = "vault_ids must hold at least one vault: there is nothing to watch."
  }
}

variable "workspace_id" {
  description = "The resource id of a Log Analytics workspace. Empty: one is made."
  type        = string
  default     = ""

  validation {
    condition = var.workspace_id == "" || can(
      regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.OperationalInsights/workspaces/[^/]+$", var.workspace_id)
    )
    error_message = "workspace_id must be a workspace's resource id: az monitor log-analytics workspace show --query id prints it."
  }
}

variable "retention_days" {
  description = "How long a new workspace keeps the logs, from 30 to 730 days."
  type        = number
  default     = 30

  validation {
    condition     = var.retention_days >= 30 && var.retention_days <= 730 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 30 to 730."
  }
}

variable "emails" {
  description = "Who is told. Without anybody the alerts are seen in the portal alone."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "emails must be mail addresses."
  }
}

variable "forbidden_per_window" {
  description = "More refusals (403) of a vault in a window than this raise an alert."
  type        = number
  default     = 5

  validation {
    condition     = var.forbidden_per_window >= 0
    error_message = "forbidden_per_window must not be negative."
  }
}

variable "throttled_per_window" {
  description = "More throttled requests (429) of a vault in a window than this raise an alert."
  type        = number
  default     = 50

  validation {
    condition     = var.throttled_per_window >= 0
    error_message = "throttled_per_window must not be negative."
  }
}

variable "window_minutes" {
  description = "How far back an alert looks, and how often: 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360 or 1440 minutes."
  type        = number
  default     = 15

  validation {
    condition     = contains([5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440], var.window_minutes)
    error_message = "window_minutes must be 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360 or 1440: Azure has no other windows."
  }
}

variable "known_principals" {
  description = "Object ids of everybody who may use the vaults: identities of sites, people, pipelines."
  type        = list(string)

  validation {
    condition = (
      13 * length(var.known_principals) + (var.workspace_id == "" ? 0 : 25 * length(var.vault_ids)) <= 60000
    )
    error_message = "These are more known_principals and vaults than fit into an alert's 64 KB: split the estate, or use a workspace of its own."
  }
}

variable "tags" {
  description = "Tags of what is made."
  type        = map(string)
  default     = {}
}
