"""How long a kubelet waits before it tries a failed volume or plugin again.

Half a second, doubled by each failure, at most two minutes and two seconds. Source:
`kubernetes/pkg/util/goroutinemap/exponentialbackoff`.
"""

from typing import Final

FIRST_SECONDS: Final = 0.5
MAX_SECONDS: Final = 122.0


def after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row, at least one."""
    return min(FIRST_SECONDS * 2.0 ** min(failures - 1, 16), MAX_SECONDS)
