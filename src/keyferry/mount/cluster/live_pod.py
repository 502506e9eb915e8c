"""What the Secrets of a pod need to know of it: whether it still runs, and who owns it. Pure."""

import msgspec

from keyferry.kube.wire.objects import ObjectMeta, OwnerReference

_ENDED = ("Succeeded", "Failed")


class _Status(msgspec.Struct, frozen=True, gc=False):
    phase: str = ""


class LivePod(msgspec.Struct, frozen=True, gc=False):
    """A pod as the API server has it, without nearly all of it."""

    metadata: ObjectMeta
    status: _Status = _Status()

    @property
    def is_ending(self) -> bool:
        """Whether nobody will read its files any more."""
        return self.metadata.deletion_timestamp is not None or self.status.phase in _ENDED

    def owners(self, otherwise: OwnerReference) -> tuple[OwnerReference, ...]:
        """Return who keeps alive what is made for the pod: its own owners, none of them as a controller.

        A pod by itself has none; `otherwise`, which ends with the pod, takes their place.
        """
        return tuple(
            OwnerReference(api_version=owner.api_version, kind=owner.kind, name=owner.name, uid=owner.uid)
            for owner in self.metadata.owner_references
        ) or (otherwise,)


decode = msgspec.json.Decoder(LivePod).decode
