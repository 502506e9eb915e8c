"""`metadataPolicy: Fetch`: the tags of an object, and its dates as tags, in place of its value. Pure.

Upstream's rules, with the `attribute.*` that it gives with its older client.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretProperties
from keyferry.spec.sources import RemoteRef
from keyferry.sync.rendering import go_json
from keyferry.sync.rendering.engine import Engine
from keyferry.template.functions.function import Surroundings


def one_value(engine: Engine, properties: SecretProperties, remote: RemoteRef) -> bytes:
    """Return what a `data` entry takes: all tags as JSON, one tag, or a part of one tag that is JSON.

    SpecError where there is no such tag.
    """
    tags = dict(_all(properties))
    if not remote.property:
        return go_json.write(engine.world, {name: text.encode() for name, text in tags.items()}, escapes_html=True)
    found = _tag(engine, tags, remote.property)
    if found is None:
        raise _no_tag(remote)
    return found


def many_values(engine: Engine, properties: SecretProperties, remote: RemoteRef) -> dict[str, bytes]:
    """Return what an `extract` takes: a key for each tag, for each member of a tag that is a flat JSON object.

    With a property, that alone. SpecError where there is no such tag; upstream gives an empty value.
    """
    named = dict(_exploded(engine.world, properties, remote.object.name))
    if not remote.property:
        return named
    found = named.get(f"{remote.object.name}_{remote.property}")
    if found is None:
        found = _tag(engine, dict(_all(properties)), remote.property)
    if found is None:
        raise _no_tag(remote)
    return {f"{remote.key}_{remote.property}": found}


def _all(properties: SecretProperties) -> Iterator[tuple[str, str]]:
    yield from properties.tags
    dates = {
        "attribute.expires": properties.expires,
        "attribute.created": properties.created,
        "attribute.updated": properties.updated,
        "attribute.notBefore": properties.not_before,
    }
    for name, date in dates.items():
        if date is not None:
            yield name, _rfc3339(date)


def _tag(engine: Engine, tags: dict[str, str], wanted: str) -> bytes | None:
    if wanted in tags:
        return tags[wanted].encode()
    name, dot, rest = wanted.partition(".")
    return engine.part(tags[name].encode(), rest) if dot and name in tags else None


def _exploded(world: Surroundings, properties: SecretProperties, name: str) -> Iterator[tuple[str, bytes]]:
    for tag, text in _all(properties):
        members = _flat(world, text.encode())
        if members is None:
            yield f"{name}_{tag}", text.encode()
        else:
            for member, value in members.items():
                yield f"{name}_{tag}_{member}", value


def _flat(world: Surroundings, text: bytes) -> dict[str, bytes] | None:
    """Return the members of a JSON object of texts, None for whatever else it is."""
    if not text.lstrip().startswith(b"{"):
        return None
    try:
        members = go_json.read_object(world, text)
    except SpecError:
        return None
    texts = {name: value or b"" for name, value in members.items() if value is None or isinstance(value, bytes)}
    return texts if len(texts) == len(members) else None


def _rfc3339(date: datetime) -> str:
    return date.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _no_tag(remote: RemoteRef) -> SpecError:
    return SpecError(
        what=f"{remote.object.type} {remote.object.name} has no tag {foreign(remote.property)!r}",
        cause="metadataPolicy is Fetch, which takes tags in place of the value",
        remedy="correct remoteRef.property, or the tags in the vault",
    )
