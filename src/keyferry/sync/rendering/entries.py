"""What each entry of `data` and `dataFrom` gives, from what was read for it. Pure; raises `SpecError`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from keyferry.model.errors import SecretAbsent, SpecError, foreign
from keyferry.model.secrets import SecretBundle
from keyferry.spec import decoding, keys
from keyferry.spec.external_secret import ExternalSecret
from keyferry.spec.keys import ObjectType
from keyferry.spec.sources import DataFrom, DataItem, Extract, Find, Generate, MetadataPolicy, RemoteRef
from keyferry.sync.rendering import rewrite, tags
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.rendering.entry import Entries, Entry
from keyferry.sync.state import Found, Got, Made, Origin, Read, Unread, Values
from keyferry.vault.names import vault_name

Contribution: TypeAlias = tuple[str, Callable[[], dict[str, Entry]]]


def contributions(spec: ExternalSecret, values: Values, engine: Engine) -> Iterator[Contribution]:
    """Yield for each entry of the spec, those of `dataFrom` first, its path and the function that gives its keys.

    The functions raise `SpecError`, and the errors of the reads.
    """
    for index, (source, read) in enumerate(zip(spec.data_from, values.data_from, strict=True)):
        yield f"spec.dataFrom[{index}]", _source(source, read, engine)
    for index, (item, single) in enumerate(zip(spec.data, values.data, strict=True)):
        yield f"spec.data[{index}]", _Single(item, single, engine)


def _source(source: DataFrom, read: Read | Found | Made, engine: Engine) -> Callable[[], dict[str, Entry]]:
    match source, read:
        case Find(), Found():
            return _Finding(source, read, engine)
        case Extract(), Got() | Unread():
            return _Extraction(source, read, engine)
        case Generate(), Made() | Unread():
            return _Generation(source, read, engine)
        case _, Made():
            return dict
        case _:
            raise AssertionError("observe answers each entry with what it asks for")


class _Finding:
    """Every secret that matched, under its name."""

    def __init__(self, find: Find, found: Found, engine: Engine) -> None:
        self._find = find
        self._found = found
        self._engine = engine

    def __call__(self) -> dict[str, Entry]:
        if self._found.error is not None:
            raise self._found.error
        # A secret that was listed and is gone at the read was deleted in between: as if it had not been listed.
        present = [(name, _got(read)) for name, read in self._found.reads if not _is_absent(read)]
        named = {str(name): _entry(got, got.bundle.value.reveal()) for name, got in present}
        return _finish(named, self._find, self._find, self._engine)


class _Extraction:
    """The members of a JSON object, or the tags of a secret."""

    def __init__(self, extract: Extract, read: Read, engine: Engine) -> None:
        self._extract = extract
        self._read = read
        self._engine = engine

    def __call__(self) -> dict[str, Entry]:
        remote = self._extract.remote
        if remote.object.type is not ObjectType.SECRET:
            raise SpecError(
                what=f"{remote.object} has no members to extract",
                cause="only a secret's value can be a JSON object",
                remedy=f"use a `data` entry for it, or extract secret/{remote.object.name}",
            )
        got = _got(self._read)
        if remote.metadata is MetadataPolicy.FETCH:
            members = tags.many_values(self._engine, got.bundle.properties, remote)
        else:
            members = self._engine.members(_property(got.bundle, remote, self._engine))
        named = {key: _entry(got, value) for key, value in members.items()}
        return _finish(named, self._extract, remote, self._engine)


class _Generation:
    """What a generator made up: neither its keys nor its values are converted."""

    def __init__(self, generate: Generate, made: Made | Unread, engine: Engine) -> None:
        self._generate = generate
        self._made = made
        self._engine = engine

    def __call__(self) -> dict[str, Entry]:
        if isinstance(self._made, Unread):
            raise self._made.error
        named = {key: Entry(value=value.reveal()) for key, value in self._made.values.items()}
        return keys.validate_keys(rewrite.apply(named, self._generate.rewrite, self._engine))


class _Single:
    """One key with one value."""

    def __init__(self, item: DataItem, read: Read, engine: Engine) -> None:
        self._item = item
        self._engine = engine
        self._read = read

    def __call__(self) -> dict[str, Entry]:
        remote, got = self._item.remote, _got(self._read)
        if remote.metadata is MetadataPolicy.FETCH:
            value = tags.one_value(self._engine, got.bundle.properties, remote)
        else:
            value = _property(got.bundle, remote, self._engine)
        return {self._item.secret_key: _entry(got, _decoded(value, remote))}


def _got(read: Read) -> Got:
    if isinstance(read, Unread):
        raise read.error
    return read


def _is_absent(read: Read) -> bool:
    return isinstance(read, Unread) and isinstance(read.error, SecretAbsent)


def _entry(got: Got, value: bytes) -> Entry:
    properties = got.bundle.properties
    origin = Origin(
        vault=vault_name(got.vault_url),
        name=properties.name,
        version=properties.version,
        expires=properties.expires,
    )
    return Entry(value=value, origin=origin)


def _property(bundle: SecretBundle, remote: RemoteRef, engine: Engine) -> bytes:
    value = bundle.value.reveal()
    if not remote.property or remote.object.type is ObjectType.CERT:  # DER has no properties; upstream ignores it too
        return value
    part = engine.part(value, remote.property)
    if part is None:
        raise SpecError(
            what=f"{remote.object.type} {remote.object.name} has no property {foreign(remote.property)!r}",
            cause="the value holds no JSON at that path",
            remedy="correct remoteRef.property (a dot descends, \\. is a dot in a key), or the value in the vault",
        )
    return part


def _finish(entries: Entries, source: Find | Extract, policies: Find | RemoteRef, engine: Engine) -> dict[str, Entry]:
    """Rename the keys, or convert them where no `rewrite` is given; check them, and decode the values."""
    if source.rewrite:
        named: Mapping[str, Entry] = rewrite.apply(entries, source.rewrite, engine)
    else:
        named = keys.convert_keys(entries, policies.conversion)
    checked = keys.validate_keys(named)
    return {key: Entry(value=_decoded(one.value, policies), origin=one.origin) for key, one in checked.items()}


def _decoded(value: bytes, policies: Find | RemoteRef) -> bytes:
    decoded = decoding.decode(value, policies.decoding)
    decoding.check_null_bytes(decoded, policies.null_bytes)
    return decoded
