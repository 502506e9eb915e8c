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
