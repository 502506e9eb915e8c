"""CEL: expressions about a request, as the `matchConditions` of webhooks hold them.

The language is Google's C++ runtime (cel-expr-python); here is what Kubernetes adds to it: the type
of `request`, and its libraries. Called by `admission` and `builtin`. May import: `access.users`, `authorization`. Must
stay out: requests, the store.
Source: https://kubernetes.io/docs/reference/using-api/cel/
"""
