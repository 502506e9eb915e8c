"""The Azure provider: a mount's parameters, its pod and kubelet's tokens become the files of a volume.

Lives here: who asks, which cloud, what is read, what lands in which file. `observe` is where values enter. Must stay
out: volumes, gRPC, Kubernetes.
"""
