"""The schemas of the built-in kinds, as OpenAPI v3 in plain Python data: `kinds.SCHEMAS`.

They drive discovery documents, `kubectl explain`, strategic merge patches, server-side apply and pruning. Parts that
are not modelled carry `x-kubernetes-preserve-unknown-fields`, so nothing of a manifest is lost. Sub-schemas are shared
objects and are never changed. May import: nothing. Must stay out: behaviour, defaults that need a decision.

Field names, types and list semantics: https://kubernetes.io/docs/reference/kubernetes-api/
"""
