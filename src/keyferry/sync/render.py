"""The data of a Secret from a spec and the values that were read. Pure and total: a failure is returned, not raised.

Order as in External Secrets: every `dataFrom` in its order, later keys over earlier ones, then every `data` over those.
"""

from collections.abc import Callable, Iterator, Mapping

from keyferry.model.errors import KeyferryError, SecretAbsent, SpecError, Where, foreign
from keyferry.model.secrets import SecretBundle, SecretValue
from keyferry.spec import decoding, hashes, keys
from keyferry.spec.external_secret import DeletionPolicy, ExternalSecret
from keyferry.spec.keys import ObjectType
from keyferry.spec.sources import DataItem, Extract, Find, RemoteRef
from keyferry.sync.state import Failed, Found, Read, Rendered, Unread, Values
from keyferry.template.gjson import json_objects
from keyferry.template.gjson import paths as gjson

Entries = dict[str, bytes]


def render(spec: ExternalSecret, values: Values) -> Rendered | Failed:
    """Return the data that the Secret shall hold, or the first failure."""
    entries: Entries = {}
    missing: list[str] = []
    try:
        for path, contribution in _contributions(spec, values):
            try:
                entries |= contribution()
            except SecretAbsent as absence:
                if spec.target.deletion_policy is DeletionPolicy.RETAIN:
                    raise
                missing.append(f"{path}: {absence.what}")
            except SpecError as mistake:
                raise _placed(mistake, _where(spec, path)) from None
    except KeyferryError as failure:
        return Failed(error=failure)
    return Rendered(
        data={key: SecretValue(value) for key, value in entries.items()},
        data_hash=hashes.data_hash(entries),
        missing=tuple(missing),
        at=values.at,
        fallbacks=values.fallbacks,
    )


def _contributions(spec: ExternalSecret, values: Values) -> Iterator[tuple[str, Callable[[], Entries]]]:
    """Yield for each entry of the spec its path, and the function that gives its keys or raises."""
    for index, (source, read) in enumerate(zip(spec.data_from, values.data_from, strict=True)):
        path = f"spec.dataFrom[{index}]"
        if isinstance(source, Find):
            assert isinstance(read, Found), "observe answers a find with what it found"
            yield path, _Finding(source, read)
        else:
            assert not isinstance(read, Found), "observe answers an extract with one read"
            yield path, _Extraction(source, read)
    for index, (item, read) in enumerate(zip(spec.data, values.data, strict=True)):
        path = f"spec.data[{index}]"
        yield path, _Single(item, read)


class _Finding:
    """Every secret that matched, under its name."""

    def __init__(self, find: Find, found: Found) -> None:
        self._find = find
        self._found = found

    def __call__(self) -> Entries:
        if self._found.error is not None:
            raise self._found.error
        # A secret that was listed and is gone at the read was deleted in between: as if it had not been listed.
        present = [(name, read) for name, read in self._found.reads if not _is_absent(read)]
        named: Entries = {name: _bundle(read).value.reveal() for name, read in present}
        return _finish(named, self._find)


class _Extraction:
    """The members of a JSON object."""

    def __init__(self, extract: Extract, read: Read) -> None:
        self._extract = extract
        self._read = read

    def __call__(self) -> Entries:
        remote = self._extract.remote
        if remote.object.type is not ObjectType.SECRET:
            raise SpecError(
                what=f"{remote.object} has no members to extract",
                cause="only a secret's value can be a JSON object",
                remedy=f"use a `data` entry for it, or extract secret/{remote.object.name}",
            )
        document = _property(_bundle(self._read), remote)
        return _finish(json_objects.members(document), remote)


class _Single:
    """One key with one value."""

    def __init__(self, item: DataItem, read: Read) -> None:
        self._item = item
        self._read = read

    def __call__(self) -> Entries:
        remote = self._item.remote
        value = _property(_bundle(self._read), remote)
        return {self._item.secret_key: _decoded(value, remote)}


def _bundle(read: Read) -> SecretBundle:
    if isinstance(read, Unread):
        raise read.error
    return read


def _is_absent(read: Read) -> bool:
    return isinstance(read, Unread) and isinstance(read.error, SecretAbsent)


def _property(bundle: SecretBundle, remote: RemoteRef) -> bytes:
    value = bundle.value.reveal()
    if not remote.property or remote.object.type is ObjectType.CERT:  # DER has no properties; upstream ignores it too
        return value
    part = gjson.property_of(value, remote.property)
    if part is None:
        raise SpecError(
            what=f"{remote.object.type} {remote.object.name} has no property {foreign(remote.property)!r}",
            cause="the value holds no JSON at that path",
            remedy="correct remoteRef.property (a dot descends, \\. is a dot in a key), or the value in the vault",
        )
    return part


def _finish(entries: Mapping[str, bytes], policies: Find | RemoteRef) -> Entries:
    """Convert the keys, check them, and decode the values."""
    converted = keys.validate_keys(keys.convert_keys(entries, policies.conversion))
    return {key: _decoded(value, policies) for key, value in converted.items()}


def _decoded(value: bytes, policies: Find | RemoteRef) -> bytes:
    decoded = decoding.decode(value, policies.decoding)
    decoding.check_null_bytes(decoded, policies.null_bytes)
    return decoded


def _placed(mistake: SpecError, where: Where) -> SpecError:
    """A new error with the entry's path: several ExternalSecrets may share the one that a common read brought."""
    return SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=mistake.where or where)


def _where(spec: ExternalSecret, path: str) -> Where:
    return Where(kind="ExternalSecret", namespace=spec.namespace, name=spec.name, path=path)
