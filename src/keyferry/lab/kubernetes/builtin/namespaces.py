"""Namespaces: their label, their phase, and the finalizer that keeps them until they are empty."""

from keyferry.lab.kubernetes.objects import Object

NAME_LABEL = "kubernetes.io/metadata.name"
FINALIZER = "kubernetes"
ESSENTIAL = frozenset({"default", "kube-public", "kube-system"})
VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")  # not all at once


def default(new: Object, old: Object | None) -> None:
    """Label a namespace with its name, give it its finalizer when new, and keep the finalizer and the phase else."""
    metadata = new["metadata"]
    metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: metadata.get("name", "")}
    if old is None:
        new["spec"] = {"finalizers": [FINALIZER]}
        new["status"] = {"phase": "Active"}
    else:
        new["spec"] = old["spec"]
