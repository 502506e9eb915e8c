"""The keys of a vault in the seed: made at start, or in PEM."""

import re
from typing import Final

from keyferry.lab.azure import pem_files, private_keys
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.vault_objects import KeySeed

SPECS: Final = (*(f"RSA-{size}" for size in private_keys.RSA_SIZES), *private_keys.CURVES)
OPERATIONS: Final = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")
NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")


def parse(fields: Fields) -> tuple[KeySeed, ...]:
    """Return the keys below `keys`, by name."""
    seeds: dict[str, KeySeed] = {}
    for name, inner in fields.named():
        check_name(name, inner.path, seeds, "a key's")
        seeds[name.lower()] = _key(name, inner)
    return tuple(seeds.values())


def check_name(name: str, path: str, known: object, whose: str) -> None:
    """SeedError where the name is none, or is among the `known` ones in lower case."""
    if not NAME.fullmatch(name):
        raise SeedError(path, f"is not {whose} name", "write 1 to 127 letters, digits and hyphens")
    if isinstance(known, dict) and name.lower() in known:
        raise SeedError(path, "is there twice, as names have no case", "remove one of the two")


def spec(fields: Fields) -> str:
    """Return the kind and size of a key to be made: a small one where nothing is said."""
    given = fields.text("kind", "P-256")
    if given not in SPECS:
        raise SeedError(fields.at("kind"), f"{given[:80]!r} is not known", f"write one of {', '.join(SPECS)}")
    return given


def _key(name: str, fields: Fields) -> KeySeed:
    pem = _pem(fields) if fields.has("pem") else None
    kind = "" if pem is not None else spec(fields)
    found = private_keys.spec_of(private_keys.load(pem)) if pem is not None else kind
    seed = KeySeed(
        name=name,
        spec=found or "",
        pem=pem,
        operations=_operations(fields, found or ""),
        tags=fields.pairs("tags"),
        enabled=fields.flag("enabled", True),
        not_before=fields.instant("notBefore"),
        expires=fields.instant("expires"),
    )
    fields.done()
    return seed


def _pem(fields: Fields) -> str:
    try:
        key = pem_files.read_key(fields.text("pem").encode())
    except ValueError as problem:
        raise SeedError(fields.at("pem"), str(problem), "write the text of a key file in PKCS#8") from None
    if not isinstance(key, private_keys.PrivateKey) or private_keys.spec_of(key) is None:
        raise SeedError(fields.at("pem"), "is of a kind or size that no vault takes", f"use {', '.join(SPECS)}")
    return private_keys.pem(key)


def _operations(fields: Fields, kind: str) -> tuple[str, ...] | None:
    if not fields.has("operations"):
        return None
    allowed = OPERATIONS if kind.startswith("RSA") else ("sign", "verify")
    words = fields.texts("operations")
    if any(word not in allowed for word in words):
        raise SeedError(fields.at("operations"), "has a word that this key cannot do", f"write {', '.join(allowed)}")
    return words
