"""Who owns which field: `metadata.managedFields`, kept up on every write, and server-side apply on top of it.

Lives here: field sets (`paths`, `entries`), how a schema divides a value into fields (`structure`, `comparison`,
`merging`), and the two operations: `tracking.update` and `server_side_apply.apply`.
May import: `lab.kubernetes.schemas`. Must stay out: storage, validation, HTTP.

Rules: https://kubernetes.io/docs/reference/using-api/server-side-apply/ and the documents of
https://github.com/kubernetes-sigs/structured-merge-diff
"""
