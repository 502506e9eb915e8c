locals {
  is_new   = var.kind == "new_aks"
  is_asked = var.kind == "existing_aks" && var.issuer == ""
}

data "azurerm_client_config" "current" {
  count = local.is_new ? 1 : 0
}

data "azurerm_kubernetes_cluster" "existing" {
  count = local.is_asked ? 1 : 0

  name                = var.name
  resource_group_name = var.existing_resource_group

  lifecycle {
    postcondition {
      condition     = self.oidc_issuer_enabled && self.oidc_issuer_url != ""
      error_message = <<-EOT
        The AKS cluster ${var.name} has no OIDC issuer, so Entra cannot check its tokens. Enable it:
        az aks update --resource-group ${var.existing_resource_group} --name ${var.name} --enable-oidc-issuer
      EOT
    }

    # The provider copies the kubeconfig that the caller may have into the state.
    postcondition {
      condition = alltrue([
        for config in concat(self.kube_config, self.kube_admin_config) : config.client_key == "" && config.password == ""
      ])
      error_message = <<-EOT
        Azure hands out a kubeconfig with a key for the AKS cluster ${var.name}, and Terraform would keep it in its state.
        Give the cluster's issuer (cluster.aks.issuer of keyferry.yaml), so that nothing is asked:
        az aks show --resource-group ${var.existing_resource_group} --name ${var.name} --query oidcIssuerProfile.issuerUrl -o tsv
        Or disable its local accounts, or apply as an identity without the action listClusterUserCredential.
      EOT
    }
  }
}

resource "azurerm_kubernetes_cluster" "new" {
  count = local.is_new ? 1 : 0

  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  dns_prefix          = trimsuffix(substr(replace(var.name, "_", "-"), 0, 54), "-")
  kubernetes_version  = var.kubernetes_version != "" ? var.kubernetes_version : null

  oidc_issuer_enabled       = true
  workload_identity_enabled = true

  # No account but Entra's, so the kubeconfig in the state holds no key.
  local_account_disabled = true
  azure_active_directory_role_based_access_control {
    tenant_id              = var.tenant_id
    azure_rbac_enabled     = true
    admin_group_object_ids = var.admin_group_ids
  }

  default_node_pool {
    name       = "system"
    vm_size    = var.vm_size != "" ? var.vm_size : null
    node_count = var.node_count

    upgrade_settings {
      max_surge = "10%"
    }
  }

  node_provisioning_profile {
    mode = "Manual"
  }

  # Cilium enforces the NetworkPolicies that are rendered for the sites.
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_policy      = "cilium"
    network_data_plane  = "cilium"
  }

  identity {
    type = "SystemAssigned"
  }

  tags = var.tags
}

resource "azurerm_role_assignment" "maker" {
  count = local.is_new && length(var.admin_group_ids) == 0 ? 1 : 0

  scope                = azurerm_kubernetes_cluster.new[0].id
  role_definition_name = "Azure Kubernetes Service RBAC Cluster Admin"
  principal_id         = data.azurerm_client_config.current[0].object_id

  lifecycle {
    # Whoever applies later takes nothing from whoever made it.
    ignore_changes = [principal_id]
  }
}
