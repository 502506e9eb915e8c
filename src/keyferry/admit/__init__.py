"""The validating webhook: whether an object of our kinds may be stored, and what is to be said of it.

`plan` decides (pure), `certificates` keeps TLS, `serve` answers, `run` wires; `settings` are its flags.
May import: kube, spec and below. Must stay out: other verbs; the cluster is not asked.
"""
