"""PushSecret: keys of Kubernetes Secrets, or what generators make up, written into vaults and kept in step.

Lives here: the watched documents, when a push is due, what goes where, the order of writes and deletions, the status.
May import: the rest of sync, kube, spec, template, and of vault `writing` alone: values are written, never read back.
"""
