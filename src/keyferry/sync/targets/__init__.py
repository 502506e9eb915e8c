"""Targets of other kinds than Secret, as `spec.target.manifest` names them, with `--unsafe-allow-generic-targets`.

state   the types; wire, documents   from and to the API server; generic   which specs are meant
content, shapes   what the object shall hold; fields, hashing   its parts and mark; outcomes, obstacles   what is told
desired, plan   what to do, pure; kinds, observe, apply   the requests; reconciler   the wiring of one reconcile
May import: the rest of sync below its reconciler, kube, spec, template. Must stay out: Secrets, which sync keeps.
"""
