"""The Kubernetes API as bytes and types: URLs, objects, patches, watch events, statuses, kubeconfigs. Pure.

May import: model, kube.errors, msgspec. Must stay out: sockets, files, clocks, randomness; they are arguments.
"""
