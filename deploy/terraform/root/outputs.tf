output "keyferry" {
  description = "What manifests need to know of what was made. None of it is secret."
  value = {
    issuer = module.cluster.issuer
    identities = {
      for name, identity in module.identity : name => {
        client_id    = identity.client_id
        principal_id = identity.principal_id
        tenant_id    = identity.tenant_id
      }
    }
    vault_urls = { for name, vault in module.vault : name => vault.url }
  }

  # Whoever reads this goes on to use the roles.
  depends_on = [time_sleep.propagation]
}
