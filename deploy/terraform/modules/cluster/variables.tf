variable "kind" {
  description = "existing_aks, new_aks or oidc: where the issuer of ServiceAccount tokens comes from."
  type        = string

  validation {
    condition     = contains(["existing_aks", "new_aks", "oidc"], var.kind)
    error_message = "kind must be existing_aks, new_aks or oidc."
  }
}

variable "name" {
  description = "The cluster's name."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$", var.name))
    error_message = "name must be 1 to 63 letters, digits, _ and -, with a letter or digit at both ends, as AKS has it."
  }
}

variable "existing_resource_group" {
  description = "The resource group of an existing AKS cluster."
  type        = string
  default     = ""

  validation {
    condition     = var.kind != "existing_aks" || var.issuer != "" || var.existing_resource_group != ""
    error_message = "existing_resource_group must name the AKS cluster's resource group, unless its issuer is given."
  }
}

variable "resource_group" {
  description = "The resource group that a new AKS cluster is made in."
  type        = string
  default     = ""
}

variable "issuer" {
  description = "The issuer, exactly as in the tokens' `iss`, last slash and all. Required for oidc; for existing_aks it saves asking Azure."
  type        = string
  default     = ""

  validation {
    condition     = var.issuer == "" || can(regex("^https://[^/?#\\s]+(/[^?#\\s]*)?$", var.issuer))
    error_message = "issuer must be an https:// address without query or fragment: kubectl get --raw /.well-known/openid-configuration prints it."
  }

  validation {
    condition     = var.kind != "oidc" || var.issuer != ""
    error_message = "A cluster of kind oidc needs its issuer: kubectl get --raw /.well-known/openid-configuration prints it."
  }

  validation {
    condition     = var.kind != "new_aks" || var.issuer == ""
    error_message = "A new AKS cluster gets its issuer from Azure: leave issuer out, or make the kind existing_aks."
  }
}

variable "location" {
  description = "Where a new AKS cluster is made."
  type        = string
  default     = ""
}

variable "tenant_id" {
  description = "The Entra tenant whose users a new AKS cluster lets in."
  type        = string
  default     = ""
}

variable "kubernetes_version" {
  description = "The version of a new AKS cluster, as 1.33 or 1.33.2. Empty: Azure's default."
  type        = string
  default     = ""

  validation {
    condition     = var.kubernetes_version == "" || can(regex("^1\\.[0-9]+(\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "kubernetes_version must look like 1.33 or 1.33.2: az aks get-versions lists them."
  }
}

variable "vm_size" {
  description = "The machines of a new AKS cluster. Empty: Azure's default."
  type        = string
  default     = ""
}

variable "node_count" {
  description = "How many machines a new AKS cluster has."
  type        = number
  default     = 3

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 1000 && floor(var.node_count) == var.node_count
    error_message = "node_count must be a whole number from 1 to 1000."
  }
}

variable "admin_group_ids" {
  description = "Object ids of the Entra groups that administrate a new AKS cluster. Without any, whoever makes it does."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for id in var.admin_group_ids : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))
    ])
    error_message = "admin_group_ids must be object ids, GUIDs: az ad group show --group NAME --query id prints one."
  }
}

variable "tags" {
  description = "Tags of what is made."
  type        = map(string)
  default     = {}
}
