"""Who asks and what they may do: authentication, RBAC, tokens for ServiceAccounts, reviews, the OIDC documents.

May import: `storage`, `tokens`, `authorization`, `status`. Must stay out: how objects are written.
"""
