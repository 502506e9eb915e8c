"""How long a kubelet uses a ServiceAccount's token before it asks for the next one.

Until a fifth of its life is left, and never longer than a day; a jitter spreads the requests. Source:
`kubernetes/pkg/kubelet/token/token_manager.go`.
"""

from datetime import datetime, timedelta
from typing import Final

MAX_AGE: Final = timedelta(hours=24)
JITTER_SECONDS: Final = 10


def is_due(expires: datetime, lifetime: timedelta, now: datetime, jitter: timedelta) -> bool:
    """Tell whether a token of `lifetime` that ends at `expires` is to be replaced."""
    issued = expires - lifetime
    return now > issued + MAX_AGE - jitter or now > expires - lifetime / 5 - jitter


def is_expired(expires: datetime, now: datetime) -> bool:
    """Tell whether a token can be used no more."""
    return now >= expires
