"""The ExternalSecret operator: Key Vault to Kubernetes Secret, kept in step.

`observe` reads the world, `render` and `plan` decide (pure), `apply` acts, `run` wires the process; `state` holds their
types. May import: kube, spec, template, vault and below. Must stay out: other verbs.
"""
