"""Whether a write changes anything."""

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object


def unchanged(old: Object, new: Object) -> bool:
    """Whether a write changes nothing, the times in managedFields and the resourceVersion aside."""
    return _bare(old) == _bare(new)


def _bare(document: Object) -> Object:
    metadata = {key: value for key, value in document["metadata"].items() if key != "resourceVersion"}
    if "managedFields" in metadata:
        metadata["managedFields"] = [{**entry, "time": None} for entry in objects.items(metadata["managedFields"])]
    return {**document, "metadata": metadata}
