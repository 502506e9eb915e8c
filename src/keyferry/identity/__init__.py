"""Passwordless identity: which issuer, subject and audience prove who a workload is, and the tokens that follow.

May import: runtime, model, azure-identity. Must stay out: Kubernetes' API (tokens come through a port), Key Vault.
"""
