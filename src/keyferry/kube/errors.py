"""What can go wrong at an API server beyond the model's errors: three answers that callers treat as normal outcomes."""

from keyferry.model.errors import KeyferryError


class AlreadyExists(KeyferryError):
    """The object to create is there already."""


class Conflict(KeyferryError):
    """Somebody else changed the object since it was read, or owns the field. Read again, then decide again."""


class Expired(KeyferryError):
    """The resource version or page token asked for is no longer kept (410 Gone). List again."""
