"""Leaves out what a library would load for a feature that nobody uses here: a process keeps what it loads."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Let `import name` fail inside the block as where the package is not installed; after it all is as before.

    What was loaded already stays so: then there is nothing to spare. None in sys.modules does it by
    https://docs.python.org/3/reference/import.html#the-module-cache
    """
    if name in sys.modules:
        yield
        return
    # typeshed knows no None here, though the language's reference does
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
