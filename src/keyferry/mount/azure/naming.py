"""What an object of a mount is called: in a pod's status, and in what is said of it. Pure."""

from collections.abc import Mapping
from typing import Final, TypeVar

from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import ObjectKind
from keyferry.spec.azure_mount import MountObject

TYPES: Final[Mapping[ObjectKind, str]] = {  # as `objectType` spells them
    ObjectKind.SECRET: "secret",
    ObjectKind.CERTIFICATE: "cert",
    ObjectKind.KEY: "key",
}

E = TypeVar("E", bound=KeyferryError)


def object_id(wanted: MountObject, index: int | None = None) -> str:
    """Return the id under which a pod's status shows an object: `secret/db`, of a history `secret/db/0`."""
    name = f"{TYPES[wanted.kind]}/{wanted.name}"
    return name if index is None else f"{name}/{index}"


def told_of(error: E, wanted: MountObject) -> E:
    """Return the error with the object before its first line, as users of the Azure provider know to search for it.

    Type, cause, remedy and all else stay; what led to it does not come along.
    """
    named = type(error).__new__(type(error))
    vars(named).update(vars(error))
    named.what = f"{_named(wanted)}: {error.what}"
    named.args = (named.what,)
    return named


def _named(wanted: MountObject) -> str:
    version = f", objectVersion: {wanted.version}" if wanted.version else ""
    return f"objectType: {TYPES[wanted.kind]}, objectName: {wanted.name}{version}"
