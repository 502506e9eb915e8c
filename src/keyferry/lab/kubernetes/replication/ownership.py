"""Who made an object: its owner reference with `controller: true`.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
"""

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object


def controller_of(document: Object) -> Object | None:
    """Return the reference to the object's controller, None where it has none."""
    references = objects.items(objects.metadata(document).get("ownerReferences"))
    return next((one for one in references if one.get("controller")), None)


def reference(owner: Object) -> Object:
    """Return the reference that an object gets which `owner` makes."""
    metadata = objects.metadata(owner)
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
