"""New versions of keys, told to whoever listens."""

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.calls import Moment
from keyferry.lab.azure.keyvault.key import Key, KeyType, KeyVersion
from keyferry.lab.azure.keyvault.keys import numbers
from keyferry.lab.azure.keyvault.keys.bodies import EC_OPERATIONS, RSA_OPERATIONS


def version(
    version_id: str,
    pem: str,
    attributes: Attributes,
    *,
    hsm: bool = False,
    operations: tuple[str, ...] | None = None,
    tags: tuple[tuple[str, str], ...] | None = None,
) -> KeyVersion:
    """Return a version with this private key, which may do all that its type can unless `operations` say otherwise."""
    public = numbers.public(private_keys.load(pem))
    is_rsa = public[0][0] == "n"
    type_: KeyType = ("RSA-HSM" if hsm else "RSA") if is_rsa else ("EC-HSM" if hsm else "EC")
    return KeyVersion(
        id=version_id,
        type=type_,
        pem=pem,
        public=public,
        operations=(RSA_OPERATIONS if is_rsa else EC_OPERATIONS) if operations is None else operations,
        attributes=attributes,
        tags=tags,
    )


def add(moment: Moment, key: Key, made: KeyVersion) -> None:
    """Add the version to the key, and the key to its vault where it is new."""
    key.versions[made.id] = made
    moment.vault.objects.keys.put(key)
    moment.announce("Key", key.name, made.id, made.attributes)
