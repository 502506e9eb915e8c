"""The node plugin: Key Vault → files in the pod's own memory file system, nothing in etcd.

Lives here: the CSI services and kubelet's registration, both halves of the provider protocol, the volumes and their
atomic writes, rotation, the pods' statuses and the Secrets synced from files. May import: vault, kube, identity, spec
and below. Must stay out: sync, and anything else that delivers in another way.
"""
