variable "makes_topic" {
  description = <<-EOT
    Whether a system topic is made, which Azure allows a vault once. Without, the subscription is made on the vault itself:
    for vaults that may have a topic already, and those of another subscription.
  EOT
  type        = bool
  default     = true
}

variable "name" {
  description = "The name of the subscription and the system topic."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9-]{3,50}$", var.name))
    error_message = "name must be 3 to 50 letters, digits and -."
  }
}

variable "resource_group" {
  description = "The resource group of the system topic."
  type        = string
  default     = ""
}

variable "location" {
  description = "The vault's location, which its topic has to share."
  type        = string
  default     = ""
}

variable "vault_id" {
  description = "The resource id of the vault that is listened to."
  type        = string
}

variable "endpoint" {
  description = "Where the operator takes events, as the internet sees it, with a certificate that the public trusts."
  type        = string

  validation {
    condition     = can(regex("^https://[^/?#\\s]+(/[^?#\\s]*)?$", var.endpoint))
    error_message = "endpoint must be an https:// address without a query: a key in it would be kept in Terraform's state."
  }
}

variable "tenant_id" {
  description = "The Entra tenant that signs deliveries."
  type        = string
}

variable "application" {
  description = "The id or URI of the Entra application that deliveries are signed for: the operator's --events-audience."
  type        = string

  validation {
    condition     = can(regex("^(api://\\S+|https://\\S+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$", var.application))
    error_message = "application must be the GUID or the api:// URI of an Entra application. Deliveries with a key are not made here: Terraform would keep the key in its state."
  }
}

variable "tags" {
  description = "Tags of the system topic."
  type        = map(string)
  default     = {}
}
