"""keyferry delivers Azure Key Vault secrets to Kubernetes workloads with no stored credential anywhere.

The packages are nouns (what keyferry knows), verbs (what it does), faces (how people meet it) and the lab (the
world outside); `ARCHITECTURE.md` draws the tree and the import contracts.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        """Return `__version__`, which is read when somebody asks: what reads it holds 4 MiB."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _version()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (see above)

    try:
        return version("keyferry")
    except PackageNotFoundError:  # run from a tree that is not installed
        return "0+unknown"
