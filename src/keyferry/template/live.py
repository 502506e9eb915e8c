"""The time and the chance of this machine, for who renders a template and brings none."""

import secrets
from datetime import UTC, datetime

from keyferry.template.functions.function import Surroundings


def surroundings() -> Surroundings:
    """Return the present, in UTC, with chance fit for secrets, and a full meter."""
    now = datetime.now(UTC)  # noqa: TID251  (the public way in: who wants another time brings it)
    return Surroundings(now=now, chance=secrets.token_bytes)
