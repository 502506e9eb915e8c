variable "cluster" {
  description = "The cluster's name, which the federated credential's name begins to tell apart."
  type        = string
}

variable "issuer" {
  description = "The issuer of the cluster's ServiceAccount tokens, exactly as in their `iss`."
  type        = string

  validation {
    condition     = startswith(var.issuer, "https://")
    error_message = "issuer must be an https:// address."
  }
}

variable "namespace" {
  description = "The namespace that the site's pods are in."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace must be a name as Kubernetes has it: at most 63 of a-z, 0-9 and -, and no capital letters."
  }
}

variable "service_account" {
  description = "The ServiceAccount that they run as."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.service_account))
    error_message = "service_account must be a name as Kubernetes has it: at most 253 of a-z, 0-9, - and ., and no capital letters."
  }
}

variable "identity_id" {
  description = "The resource id of the user-assigned managed identity that the pods become."
  type        = string
}

variable "principal_id" {
  description = "The object id of the same identity."
  type        = string
}

variable "grants" {
  description = <<-EOT
    What the identity may read. `role` is secrets_user (values of secrets) or reader (public halves of certificates and
    keys); `object_type` (secrets, certificates, keys) and `object` name one object, and are empty for the whole vault.
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
