"""Workload identity for pods: a Pod and its ServiceAccount's annotations → a JSON patch, warnings or a refusal. Pure.

`plan` decides; `configuration` reads what a process is told once into `settings`. As Azure Workload Identity 1.6 does:
https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html
May import: identity.federation, spec's rules, kube.wire and below. Must stay out: I/O, clocks; whoever calls has read
the ServiceAccount.
"""
