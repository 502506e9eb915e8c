# What the alerts look for in the vaults' audit log.
# Columns: https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs

locals {
  # A workspace that others use too holds logs of their vaults.
  vault_names = join(",", sort([for id in values(var.vault_ids) : lower(element(split("/", id), 8))]))
  only_ours   = "| where tolower(tostring(split(_ResourceId, '/')[8])) in (split('${local.vault_names}', ','))"

  # A vault's own messages are left out, and `Authentication`: clients learn by a refusal whom they have to ask for a token.
  requests = join("\n", compact([
    "AZKVAuditLogs",
    var.workspace_id == "" ? "" : local.only_ours,
    "| where OperationName != 'Authentication' and OperationName !endswith 'EventGridNotification'",
    "| extend identity = todynamic(tostring(Identity))",
    "| extend claims = coalesce(identity.claim, identity)",
    "| extend oid = tostring(claims['http://schemas.microsoft.com/identity/claims/objectidentifier'])",
    "| extend principal = tolower(coalesce(oid, tostring(claims.oid), tostring(claims.appid)))",
  ]))

  # Twelve digits tell them apart, and a thousand sites still fit into a query.
  known = join(",", sort([for id in var.known_principals : lower(element(split("-", id), 4))]))

  alerts = {
    unknown = {
      title       = "${var.name}: a vault answered somebody unknown"
      description = "Whoever it was has a role on the vault, and is no identity of the estate and not among known_principals."
      severity    = 1
      threshold   = 0
      dimensions  = ["principal"]
      resolves    = false
      query = join("\n", [
        "let known = split('${local.known}', ',');",
        local.requests,
        "| where OperationName !startswith 'Vault' and HttpStatusCode < 400 and isnotempty(principal)",
        "| where tostring(split(principal, '-')[4]) !in (known)",
      ])
    }
    forbidden = {
      title       = "${var.name}: a vault refuses requests"
      description = "A role, a firewall rule or a federated credential is missing, or somebody tries doors."
      severity    = 2
      threshold   = var.forbidden_per_window
      dimensions  = ["principal"]
      resolves    = true
      query       = "${local.requests}\n| where HttpStatusCode == 403"
    }
    throttled = {
      title       = "${var.name}: a vault throttles requests"
      description = "More is asked than the vault gives: look for short refresh intervals, and for others who use it."
      severity    = 2
      threshold   = var.throttled_per_window
      dimensions  = []
      resolves    = true
      query       = "${local.requests}\n| where HttpStatusCode == 429"
    }
  }
}
