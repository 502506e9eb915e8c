"""Key Vault: reading values, listing properties, asking only for what is needed.

names (pure)                addresses, names, versions
reader                      values, for observers only; probe asks whether an identity may, and gets none
client, wire                one client for each vault and identity; every request passes the vault's lane
lane, throttle (pure)       so many at once, so many in a window, first reads first, a pause for all
errors, refusals            the service's answers in keyferry's words, without its text

May import: identity, runtime, model, azure-keyvault-secrets. Must stay out: Kubernetes.
"""
