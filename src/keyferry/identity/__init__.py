"""Passwordless identity: which issuer, subject and audience prove who a workload is, and the tokens that follow.

federation (pure)   what must meet, and why it did not
credentials         one credential for each identity; exchange trades one assertion for one access token
tokens              the port through which Kubernetes' TokenRequest is reached
http, retry         the session, proxy, certificates and patience that all Azure clients share
flight, setback, recent, tally, answers   single flight, failures remembered, bounded pools, counts, the last answer

May import: runtime, model, azure-identity. Must stay out: Kubernetes' API (tokens come through a port), Key Vault.
"""
