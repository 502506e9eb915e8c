"""The secrets of a vault in the seed: a value, JSON or a length, with attributes; or several versions."""

import json
import re
from typing import Final

from keyferry.lab.azure.seed.declaration import SecretSeed, ValueSeed, VersionSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError

MAX_VALUE_BYTES: Final = 25_600
_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_KINDS: Final = ("value", "random", "json")


def parse(fields: Fields) -> tuple[SecretSeed, ...]:
    """Return the secrets below `secrets`, by name."""
    seeds: dict[str, SecretSeed] = {}
    for name, inner in fields.named():
        if not _NAME.fullmatch(name):
            raise SeedError(inner.path, "is not a secret's name", "write 1 to 127 letters, digits and hyphens")
        if name.lower() in seeds:
            raise SeedError(inner.path, "is there twice, as names have no case", "remove one of the two")
        seeds[name.lower()] = _secret(name, inner)
    return tuple(seeds.values())


def _secret(name: str, fields: Fields) -> SecretSeed:
    if not fields.has("versions"):
        return SecretSeed(name=name, versions=(_version(fields),))
    versions = fields.each("versions", _version)
    fields.done()
    if not versions:
        raise SeedError(fields.at("versions"), "is empty", "write one version at least, the oldest first")
    return SecretSeed(name=name, versions=versions)


def _version(fields: Fields) -> VersionSeed:
    content_type = fields.text("contentType", "") or None
    version = VersionSeed(
        value=_value(fields),
        content_type=content_type,
        tags=fields.pairs("tags"),
        enabled=fields.flag("enabled", True),
        not_before=fields.instant("notBefore"),
        expires=fields.instant("expires"),
    )
    fields.done()
    return version


def _value(fields: Fields) -> ValueSeed:
    given = [kind for kind in _KINDS if fields.has(kind)]
    if len(given) != 1:
        found = " and ".join(given) or "no value"
        raise SeedError(fields.path, f"has {found}", "write one of `value: text`, `random: length`, `json: {…}`")
    if given == ["random"]:
        return ValueSeed(random_length=fields.number("random", None, 1, MAX_VALUE_BYTES))
    text = fields.text("value") if given == ["value"] else json.dumps(fields.raw("json"), ensure_ascii=False)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # its text would quote the value
        raise SeedError(
            fields.at(given[0]), "has half a character", "write no surrogates (\\ud800 to \\udfff)"
        ) from None
    if size > MAX_VALUE_BYTES:
        raise SeedError(fields.at(given[0]), "is too long", f"a secret holds {MAX_VALUE_BYTES} bytes at most")
    return ValueSeed(text=text)
