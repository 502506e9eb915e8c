"""The words in which the API server says that somebody may not do something."""

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.access.authorizer import Attributes
from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.status import StatusError


def forbidden(user: User, asked: Attributes) -> StatusError:
    """Return the Forbidden for a question that was denied."""
    if asked.path:
        message = f'forbidden: User "{user.name}" cannot {asked.verb} path "{asked.path}"'
        return StatusError(403, "Forbidden", message, {})
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    place = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    why = f'User "{user.name}" cannot {asked.verb} resource "{resource}" in API group "{asked.group}" {place}'
    return status.forbidden(asked.group, asked.resource, asked.name, why)
