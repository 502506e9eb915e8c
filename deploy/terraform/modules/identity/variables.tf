variable "name" {
  description = "The user-assigned managed identity's name."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$", var.name))
    error_message = "name must be 3 to 128 letters, digits, _ and -, starting with a letter or digit."
  }
}

variable "existing" {
  description = "Where the identity is, if it is there already: nothing of it is changed but what sites add. Null: it is made."
  type = object({
    resource_group = string
  })
  default = null

  validation {
    condition     = var.existing == null || try(var.existing.resource_group != "", false)
    error_message = "existing.resource_group must name the identity's resource group: az identity list prints it."
  }
}

variable "resource_group" {
  description = "The resource group that a new identity is made in."
  type        = string
  default     = ""
}

variable "location" {
  description = "Where a new identity is made."
  type        = string
  default     = ""
}

variable "tags" {
  description = "Tags of a new identity."
  type        = map(string)
  default     = {}
}

variable "grants" {
  description = <<-EOT
    What all who share the identity may read: it stays while sites come and go. `role` is secrets_user (values of secrets)
    or reader (public halves of certificates and keys); `object_type` (secrets, certificates, keys) and `object` name one
    object, and are empty for the whole vault.
  EOT
  type = map(object({
    vault_id    = string
    role        = string
    object_type = optional(string, "")
    object      = optional(string, "")
  }))
  default = {}

  validation {
    condition     = alltrue([for grant in var.grants : contains(["secrets_user", "reader"], grant.role)])
    error_message = "A grant's role must be secrets_user or reader."
  }

  validation {
    condition = alltrue([
      for grant in var.grants : (grant.object_type == "" && grant.object == "") || (
        contains(["secrets", "certificates", "keys"], grant.object_type) && can(regex("^[0-9a-zA-Z-]{1,127}$", grant.object))
      )
    ])
    error_message = "A grant's object_type must be secrets, certificates or keys, with an object of 1 to 127 letters, digits and -; or both are empty."
  }

  validation {
    condition = alltrue([
      for grant in var.grants : grant.object_type == "" || (grant.role == "secrets_user") == (grant.object_type == "secrets")
    ])
    error_message = "secrets_user is for secrets, reader for certificates and keys."
  }
}
