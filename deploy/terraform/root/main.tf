# One estate: who the sites are (identities, federated credentials), where their secrets are (vaults), and which of them
# may be read by whom (role assignments).

locals {
  group = {
    name     = var.estate.resource_group.existing ? data.azurerm_resource_group.estate[0].name : azurerm_resource_group.estate[0].name
    location = var.estate.location
  }

  # https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
  vault_dns_suffixes = {
    public       = "vault.azure.net"
    usgovernment = "vault.usgovcloudapi.net"
    china        = "vault.azure.cn"
  }

  # Vaults of other subscriptions are named and not read: the provider is of one subscription.
  foreign_vaults = toset([
    for name, vault in var.vaults : name
    if vault.existing && !contains(["", lower(var.estate.subscription_id)], lower(vault.subscription_id))
  ])
}

data "azurerm_resource_group" "estate" {
  count = var.estate.resource_group.existing ? 1 : 0

  name = var.estate.resource_group.name
}

resource "azurerm_resource_group" "estate" {
  count = var.estate.resource_group.existing ? 0 : 1

  name     = var.estate.resource_group.name
  location = var.estate.location
  tags     = var.estate.tags
}

module "cluster" {
  source = "./modules/cluster"

  kind                    = var.cluster.kind
  name                    = var.cluster.name
  existing_resource_group = var.cluster.resource_group
  issuer                  = var.cluster.issuer
  resource_group          = local.group.name
  location                = local.group.location
  tenant_id               = var.estate.tenant_id
  kubernetes_version      = var.cluster.kubernetes_version
  vm_size                 = var.cluster.vm_size
  node_count              = var.cluster.node_count
  admin_group_ids         = var.cluster.admin_group_ids
  tags                    = var.estate.tags
}

module "vault" {
  source   = "./modules/vault"
  for_each = var.vaults

  name = each.key
  existing = !each.value.existing ? null : {
    resource_group  = each.value.resource_group
    subscription_id = contains(local.foreign_vaults, each.key) ? each.value.subscription_id : ""
  }
  resource_group   = local.group.name
  location         = local.group.location
  tenant_id        = var.estate.tenant_id
  premium          = each.value.premium
  retention_days   = each.value.retention_days
  purge_protection = each.value.purge_protection
  network          = each.value.network
  private_endpoint = each.value.private_endpoint == null ? null : {
    subnet_id   = each.value.private_endpoint.subnet_id
    dns_zone_id = each.value.private_endpoint.dns_zone_id != "" ? each.value.private_endpoint.dns_zone_id : azurerm_private_dns_zone.vaults[0].id
  }
  dns_suffix = local.vault_dns_suffixes[var.estate.environment]
  tags       = var.estate.tags
}

module "identity" {
  source   = "./modules/identity"
  for_each = var.identities

  name           = each.key
  existing       = each.value.existing ? { resource_group = each.value.resource_group } : null
  resource_group = local.group.name
  location       = local.group.location
  tags           = var.estate.tags
  grants = {
    for key, grant in each.value.grants : key => {
      vault_id    = local.vaults[grant.vault].id
      role        = grant.role
      object_type = grant.object_type
      object      = grant.object
    }
  }
}

# Looked up by each site. Terraform would put together all instances of a module anew for each of them.
locals {
  identities = { for name, identity in module.identity : name => identity }
  vaults     = { for name, vault in module.vault : name => vault }
}

module "site" {
  source   = "./modules/site"
  for_each = var.sites

  cluster         = var.cluster.name
  issuer          = module.cluster.issuer
  namespace       = each.value.namespace
  service_account = each.value.service_account
  identity_id     = local.identities[each.value.identity].id
  principal_id    = local.identities[each.value.identity].principal_id
  grants = {
    for key, grant in each.value.grants : key => {
      vault_id    = local.vaults[grant.vault].id
      role        = grant.role
      object_type = grant.object_type
      object      = grant.object
    }
  }
}

# Azure takes minutes until a new role holds everywhere. One wait for all sites, and only where roles are new.
resource "time_sleep" "propagation" {
  create_duration = "120s"

  triggers = {
    role_assignments = sha256(join("\n", sort(flatten([
      [for site in module.site : site.role_assignment_ids], [for identity in local.identities : identity.role_assignment_ids]
    ]))))
  }
}

module "install" {
  source = "./modules/install"
  count  = var.install == null ? 0 : 1

  namespace     = var.install.namespace
  chart         = var.install.chart
  chart_version = var.install.chart_version
  image         = var.install.image
  digest        = var.install.digest
  values        = var.install.values
}

module "events" {
  source   = "./modules/events"
  for_each = { for name, vault in var.vaults : name => vault if var.events != null }

  makes_topic    = !each.value.existing
  name           = "${var.estate.name}-${each.key}"
  resource_group = local.group.name
  location       = local.vaults[each.key].location
  vault_id       = local.vaults[each.key].id
  endpoint       = var.events.endpoint
  tenant_id      = var.estate.tenant_id
  application    = var.events.application
  tags           = var.estate.tags

  # A subscription is made only if its endpoint answers.
  depends_on = [module.install]
}

module "monitoring" {
  source = "./modules/monitoring"
  count  = var.monitoring == null ? 0 : 1

  name                 = var.estate.name
  resource_group       = local.group.name
  location             = local.group.location
  vault_ids            = { for name, vault in local.vaults : name => vault.id }
  workspace_id         = var.monitoring.workspace_id
  retention_days       = var.monitoring.retention_days
  emails               = var.monitoring.emails
  forbidden_per_window = var.monitoring.forbidden_per_window
  throttled_per_window = var.monitoring.throttled_per_window
  window_minutes       = var.monitoring.window_minutes
  known_principals     = concat([for identity in local.identities : identity.principal_id], var.monitoring.known_principals)
  tags                 = var.estate.tags
}
