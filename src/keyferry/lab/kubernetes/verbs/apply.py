"""Server-side apply: the client sends the fields it cares about and owns them afterwards."""

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response

MEDIA_TYPES = ("application/apply-patch+yaml",)


def apply(_call: Call) -> Response:
    """Merge the applied configuration into the object of the path, or create it."""
    raise status.unsupported_media_type("server-side apply is not served yet")
