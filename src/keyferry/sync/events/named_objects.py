"""Which objects of which vault a SecretProviderClass names. Pure. Called by class_hints.

What else is wrong with a class the node plugin tells; a hint for nothing costs nothing.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from keyferry.model.wellknown import CHANGED_ANNOTATION
from keyferry.spec import mount_objects
from keyferry.spec.problems import Problems


class NamingClass(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What counts of a class here: its vault's short name and its objects' names, all in lower case; "" and none where
    they cannot be read. `hints` is what was handed on to it.
    """

    vault: str
    names: frozenset[str]
    hints: str = ""


class _Meta(msgspec.Struct, frozen=True, gc=False):
    annotations: dict[str, str] | None = None


class _Spec(msgspec.Struct, frozen=True, gc=False):
    provider: Any = ""
    parameters: dict[str, Any] = {}


class _Class(msgspec.Struct, frozen=True, gc=False):
    metadata: _Meta
    spec: msgspec.Raw = msgspec.Raw(b"{}")


_DECODER = msgspec.json.Decoder(_Class)


def decode(document: bytes) -> NamingClass:
    """Decode a class, whatever its spec says. msgspec.MsgspecError where it has no metadata."""
    read = _DECODER.decode(document)
    spec = _spec(read.spec)
    vault = spec.parameters.get("keyvaultName")
    is_azure = spec.provider == "azure" and isinstance(vault, str)
    return NamingClass(
        vault=str(vault).strip().lower() if is_azure else "",
        names=frozenset(_names(spec.parameters.get("objects"))) if is_azure else frozenset(),
        hints=(read.metadata.annotations or {}).get(CHANGED_ANNOTATION, ""),
    )


def terms(named: NamingClass) -> Iterator[tuple[str, str]]:
    """Return each object as an event names it: the vault and the name. Of which kind it is does not matter here.

    An event of a certificate concerns the secret and the key of its name, too.
    """
    return ((named.vault, name) for name in named.names)


def _spec(raw: msgspec.Raw) -> _Spec:
    try:
        return msgspec.json.decode(raw, type=_Spec)
    except msgspec.MsgspecError:
        return _Spec()


def _names(objects: object) -> Iterator[str]:
    if isinstance(objects, str):
        for each in mount_objects.parse(objects, "spec.parameters.objects", Problems()):
            yield each.name.lower()
