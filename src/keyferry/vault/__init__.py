"""Key Vault: reading values, listing properties, asking only for what is needed.

May import: identity, runtime, model, azure-keyvault-secrets. Must stay out: Kubernetes.
"""
