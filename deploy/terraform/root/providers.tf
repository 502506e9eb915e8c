# Who applies this signs in outside of it: az login, or ARM_CLIENT_ID and ARM_USE_OIDC in a pipeline. No credential stands
# here or in the state.

provider "azurerm" {
  environment     = var.estate.environment
  tenant_id       = var.estate.tenant_id
  subscription_id = var.estate.subscription_id

  features {
    key_vault {
      # A vault that is destroyed stays recoverable, and is recovered when it is made again.
      purge_soft_delete_on_destroy    = false
      recover_soft_deleted_key_vaults = true
    }
    log_analytics_workspace {
      permanently_delete_on_destroy = false
    }
  }
}

provider "helm" {
  # A cluster that is made here is reached through kubelogin; any other as KUBE_CONFIG_PATH and KUBE_CTX say.
  kubernetes = module.cluster.connection
}
