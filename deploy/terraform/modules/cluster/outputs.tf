output "issuer" {
  description = "The issuer of the cluster's ServiceAccount tokens, exactly as in their `iss`."
  value = (
    local.is_new ? azurerm_kubernetes_cluster.new[0].oidc_issuer_url
    : local.is_asked ? data.azurerm_kubernetes_cluster.existing[0].oidc_issuer_url
    : var.issuer
  )
}

output "connection" {
  description = "How the helm provider reaches a new cluster, as its argument `kubernetes`; null for any other."
  value = local.is_new ? {
    host                   = "https://${azurerm_kubernetes_cluster.new[0].fqdn}:443"
    cluster_ca_certificate = base64decode(azurerm_kubernetes_cluster.new[0].kube_config[0].cluster_ca_certificate)
    exec = {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "kubelogin"
      # The application that every AKS cluster with Entra is. https://azure.github.io/kubelogin/concepts/aks.html
      args = ["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"]
    }
  } : null
  sensitive  = true # because the provider marks all of kube_config; what is taken of it is public
  depends_on = [azurerm_role_assignment.maker]
}
