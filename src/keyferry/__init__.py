"""keyferry delivers Azure Key Vault secrets to Kubernetes workloads with no stored credential anywhere.

The packages are nouns (what keyferry knows), verbs (what it does), faces (how people meet it) and the lab (the
world outside); `ARCHITECTURE.md` draws the tree and the import contracts.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("keyferry")
except PackageNotFoundError:  # run from a tree that is not installed
    __version__ = "0+unknown"
