"""The seed file: what exists in the lab's Azure when it starts. `parse` turns a YAML document into types.

May import: of the lab only `azure.clouds`, `azure.roles`, `azure.conditions`, `azure.vault_settings`,
`azure.pem_files` and `azure.sources`. Must stay out: state, files.
"""

from keyferry.lab.azure.seed.declaration import Seed
from keyferry.lab.azure.seed.fields import SeedError
from keyferry.lab.azure.seed.reading import parse

__all__ = ["Seed", "SeedError", "parse"]
