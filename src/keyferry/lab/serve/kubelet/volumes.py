"""A volume that a kubelet sets up and tears down: what every kind of volume has in common."""

from pathlib import Path
from typing import Protocol

from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object


class VolumeFailed(Exception):
    """A volume cannot be set up or torn down for now; the text becomes the event's."""


class Volume(Protocol):
    """One volume of one pod."""

    @property
    def name(self) -> str:
        """The volume's name in the pod."""
        ...

    @property
    def path(self) -> Path:
        """The folder that containers see."""
        ...

    async def set_up(self, pod: Object) -> None:
        """Make the volume, or bring it up to date; VolumeFailed where that cannot be now."""
        ...

    async def tear_down(self) -> None:
        """Remove the volume; VolumeFailed where that cannot be now."""
        ...

    def shows(self, reference: Reference | None) -> bool:
        """Tell whether the volume is to be set up again when that object changes, or, for None, when the pod does."""
        ...

    def again_after(self) -> float | None:
        """Return in how many seconds it is to be set up again, None for never unless something changes."""
        ...
