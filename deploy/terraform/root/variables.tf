# What differs between estates. keyferry renders the values into estate.auto.tfvars.json and sites.auto.tfvars.json;
# everything else in this folder is the same for every estate. No variable takes a secret.

variable "estate" {
  description = "The estate's name, and where what is made is put. `environment` is azurerm's word for the cloud."
  type = object({
    name            = string
    tenant_id       = string
    subscription_id = string
    environment     = optional(string, "public")
    location        = string
    resource_group = object({
      name     = string
      existing = optional(bool, false)
    })
    tags = optional(map(string), {})
  })

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$", var.estate.name))
    error_message = "estate.name must be 1 to 24 of a-z, 0-9 and -, starting with a letter: names in Azure begin with it."
  }

  validation {
    condition = alltrue([
      for id in [var.estate.tenant_id, var.estate.subscription_id] :
      can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))
    ])
    error_message = "estate.tenant_id and estate.subscription_id must be GUIDs: az account show prints both."
  }

  validation {
    condition     = contains(["public", "usgovernment", "china"], var.estate.environment)
    error_message = "estate.environment must be public, usgovernment or china."
  }
}

variable "cluster" {
  description = <<-EOT
    The cluster whose tokens are trusted. `kind` says which of the other fields count:
    existing_aks  name, resource_group; its issuer is read from Azure unless `issuer` gives it
    new_aks       name, node_count, and kubernetes_version and vm_size unless Azure shall choose
    oidc          name, issuer: exactly what stands in the tokens' `iss`
  EOT
  type = object({
    kind               = string
    name               = string
    resource_group     = optional(string, "")
    issuer             = optional(string, "")
    kubernetes_version = optional(string, "")
    vm_size            = optional(string, "")
    node_count         = optional(number, 3)
    admin_group_ids    = optional(list(string), [])
  })

  validation {
    condition     = contains(["existing_aks", "new_aks", "oidc"], var.cluster.kind)
    error_message = "cluster.kind must be existing_aks, new_aks or oidc."
  }
}

variable "vaults" {
  description = <<-EOT
    The vaults, by name. `existing`: it is there, in `resource_group` and, if that is not the estate's, `subscription_id`;
    of it the other fields are not looked at. A vault with no `network.open` is reached by `ip_rules`, `subnet_ids`, Azure's
    trusted services and its private endpoint alone.
  EOT
  type = map(object({
    existing         = optional(bool, false)
    resource_group   = optional(string, "")
    subscription_id  = optional(string, "")
    premium          = optional(bool, false)
    retention_days   = optional(number, 90)
    purge_protection = optional(bool, true)
    network = optional(object({
      open       = optional(bool, false)
      ip_rules   = optional(list(string), [])
      subnet_ids = optional(list(string), [])
    }), {})
    private_endpoint = optional(object({
      subnet_id   = string
      network_id  = optional(string, "")
      dns_zone_id = optional(string, "")
    }))
  }))
}

variable "identities" {
  description = <<-EOT
    The user-assigned managed identities, by name. `existing`: it is there, in `resource_group`. `grants`, as a site has
    them, of an identity that sites may share: with one of the sites they would go when it goes.
  EOT
  type = map(object({
    existing       = optional(bool, false)
    resource_group = optional(string, "")
    grants = optional(map(object({
      vault       = string
      role        = string
      object_type = optional(string, "")
      object      = optional(string, "")
    })), {})
  }))

  validation {
    condition = alltrue(flatten([
      for identity in var.identities : [for grant in identity.grants : contains(keys(var.vaults), grant.vault)]
    ]))
    error_message = "Each grant of an identity must name a key of vaults."
  }
}

variable "sites" {
  description = <<-EOT
    The sites, by name. A grant's key is any text that stays the same while the grant is needed; `vault` a key of
    `vaults`; `role` secrets_user or reader; `object_type` (secrets, certificates, keys) and `object` name the one object
    that it is for, and are empty for the whole vault.
  EOT
  type = map(object({
    namespace       = string
    service_account = string
    identity        = string
    grants = map(object({
      vault       = string
      role        = string
      object_type = optional(string, "")
      object      = optional(string, "")
    }))
  }))

  validation {
    condition     = alltrue([for site in var.sites : contains(keys(var.identities), site.identity)])
    error_message = "Each site's identity must be a key of identities."
  }

  validation {
    condition = alltrue(flatten([
      for site in var.sites : [for grant in site.grants : contains(keys(var.vaults), grant.vault)]
    ]))
    error_message = "Each grant's vault must be a key of vaults."
  }

  validation {
    condition = alltrue([
      for subjects in values({
        for site in var.sites : site.identity => "${site.namespace}:${site.service_account}"...
      }) : length(subjects) == length(distinct(subjects))
    ])
    error_message = "Two sites of one identity have the same namespace and service_account: Azure refuses the same subject twice."
  }

  validation {
    condition = alltrue([
      for names in values({ for name, site in var.sites : site.identity => name... }) : length(names) <= 20
    ])
    error_message = "More than 20 sites share an identity: Azure keeps 20 federated credentials for each. Give sites identities of their own."
  }
}

variable "install" {
  description = <<-EOT
    How keyferry comes onto the cluster, or null: `chart` is a folder or an oci:// address, `chart_version` its version
    (empty for a folder), `digest` the image's, `values` goes to the chart as it is and holds no secret.
  EOT
  type = object({
    namespace     = optional(string, "keyferry")
    chart         = string
    chart_version = optional(string, "")
    image         = string
    digest        = optional(string, "")
    values        = optional(any, {})
  })
  default = null
}

variable "events" {
  description = <<-EOT
    Where Event Grid tells of new versions, or null: `endpoint` is the operator's, as the internet sees it; `application`
    the id or URI of the Entra application that deliveries are signed for.
  EOT
  type = object({
    endpoint    = string
    application = string
  })
  default = null
}

variable "monitoring" {
  description = <<-EOT
    Audit logs and alerts, or null. Without `workspace_id` a Log Analytics workspace is made. `known_principals` are object
    ids of those who may read the vaults besides the sites: people, pipelines.
  EOT
  type = object({
    workspace_id         = optional(string, "")
    retention_days       = optional(number, 30)
    emails               = optional(list(string), [])
    forbidden_per_window = optional(number, 5)
    throttled_per_window = optional(number, 50)
    window_minutes       = optional(number, 15)
    known_principals     = optional(list(string), [])
  })
  default = null

  validation {
    condition = alltrue([
      for id in try(var.monitoring.known_principals, []) : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))
    ])
    error_message = "monitoring.known_principals must be object ids, GUIDs: az ad signed-in-user show --query id prints one."
  }
}
