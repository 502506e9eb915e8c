"""Entra: trades a cluster's ServiceAccount token for an access token, and says exactly why it does not.

Lives here: the token endpoint in the order of its checks, the AADSTS answers, the issuers' keys, the discovery
documents. May import: `azure.directory`, `azure.access_tokens` and below. Must stay out: Key Vault and ARM.
"""
