"""What keyferry says of its own mistakes. Never the text of the exception: it may quote a value."""

import traceback

from keyferry.model.errors import Bug


def of(crash: Exception) -> Bug:
    """Return the error that a status can tell: type and place, the same for the same mistake."""
    frames = traceback.extract_tb(crash.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return Bug(
        what="keyferry met a mistake of its own",
        cause=f"{type(crash).__name__}{place}",
        remedy="report this line to the keyferry project; the last good Secret stays, and keyferry tries again",
    )
