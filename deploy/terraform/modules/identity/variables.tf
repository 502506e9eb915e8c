variable "name" {
  description = "The user-assigned managed identity's name."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$", var.name))
    error_message = "name must be 3 to 128 letters, digits, _ and -, starting with a letter or digit."
  }
}

variable "existing" {
  description = "Whether the identity is there already. Of such a one nothing is changed but what sites add to it."
  type        = bool
  default     = false
}

variable "resource_group" {
  description = "The resource group that it is in, or is made in."
  type        = string

  validation {
    condition     = var.resource_group != ""
    error_message = "resource_group must name the identity's resource group."
  }
}

variable "location" {
  description = "Where it is made."
  type        = string
  default     = ""
}

variable "tags" {
  description = "Tags of a new identity."
  type        = map(string)
  default     = {}
}
