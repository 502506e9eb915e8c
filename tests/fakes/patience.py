"""How long tests wait for what must come: a net under what hangs, and never what a test is about.

A machine that is ten times slower than a laptop must not fail a test, so nobody writes a shorter limit beside it.
"""

import asyncio
from typing import Final

PATIENCE: Final = 90.0  # seconds


def patient() -> asyncio.Timeout:
    """Return a context whose body ends in TimeoutError where it hangs."""
    return asyncio.timeout(PATIENCE)
