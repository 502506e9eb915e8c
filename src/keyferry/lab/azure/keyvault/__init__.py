"""Key Vault's data plane for secrets: challenge, access tokens, roles, limits, soft delete, paging, audit.

May import: `azure.access_tokens`, `azure.assignments`, `azure.counters`, `azure.seed` and below. Must stay out: Entra's
endpoints and ARM's. Keys and certificates have no place here yet.
"""
