"""Identity: which issuer, subject and audience prove who a workload is, and the access tokens that follow.

federation (pure)   what must meet, and why it did not
credentials         the pool: one credential for each identity; credential: its tokens, kept and refreshed
grants              the port of a way to a token; federated (a cluster's token, traded), stored (a service principal's
                    secret or certificate), lent (by the machine's metadata endpoint),
                    pod_identity (by a node's NMI); token_proxy: the way that identity bindings take to Entra
assertions          the cluster's token: by TokenRequest, or from kubelet's file; tokens: the port to TokenRequest
exchange, refusals  one request to Entra, and what its answer means; propagation: new trust, or wrong trust
http, retry         the session, proxy, certificates and patience that all Azure clients share
certificates, flight, setback, recent, tally, answers   PEM and PKCS#12, single flight, failures remembered, bounded
                    pools, counts, the last answer

May import: runtime, model, azure-identity. Must stay out: Kubernetes' API (tokens come through a port), Key Vault.
"""
