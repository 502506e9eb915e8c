"""Key Vault's data plane: secrets, keys and certificates behind a vault's gates, with limits, paging and audit.

Lives here: which vaults there are (`vaults`, `vault`), what they hold (`objects` and a package for each kind), the
gates in the order that a request meets them (`access`, `revocations`, `limits`, `routes`, `firewall`,
`access_policies`), and what is told of each request (`audit`, `recording`, `news`). `service` puts them together.
May import: `azure.access_tokens`, `azure.assignments`, `azure.counters`, `azure.seed` and below. Must stay out: Entra's
endpoints and ARM's.
"""
