"""The key that a seed declares."""

from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.keys import making
from keyferry.lab.azure.seed.vault_objects import KeySeed


def plant(moment: Moment, seed: KeySeed) -> None:
    """Add the key to its vault."""
    attributes = Attributes(
        created=moment.seconds,
        updated=moment.seconds,
        enabled=seed.enabled,
        not_before=int(seed.not_before.timestamp()) if seed.not_before else None,
        expires=int(seed.expires.timestamp()) if seed.expires else None,
    )
    made = making.version(
        moment.sources.hex_id(),
        seed.pem or moment.sources.private_key(seed.spec),
        attributes,
        operations=seed.operations,
        tags=seed.tags or None,
    )
    making.add(moment, Key(name=seed.name), made)
