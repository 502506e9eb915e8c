"""Which keys of a source go where: `dataTo` expanded, `data` over it. Pure, and without a value.

External Secrets' rules: the keys are converted first, then matched, then renamed; an explicit `data` entry takes its
key out of `dataTo`; no two entries may go to one place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keyferry.model.errors import SpecError, Where, foreign
from keyferry.spec import keys as object_keys
from keyferry.spec import regexps
from keyferry.spec.keys import ObjectKey
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.push_secret import DataEntry, DataTo, KeyConversion, PushSecret, StoreChoice
from keyferry.spec.rewriting import Step
from keyferry.sync.push import keys
from keyferry.sync.push.state import StoreToWrite
from keyferry.sync.rendering import rewrite
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.rendering.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What goes to one object of the vault: one key, or as a JSON object several, all of them with `keys` None.

    `part` is the property, which tells entries apart in the status alone.
    """

    object: ObjectKey
    remote_key: str
    part: str
    conversion: KeyConversion
    secret_key: str = ""
    keys: frozenset[str] | None = None
    metadata: PushMetadata
    raw_metadata: Mapping[str, Any] | None
    path: str

    @property
    def name(self) -> str:
        """The name under which the status lists it."""
        return f"{self.remote_key}/{self.part}" if self.part else self.remote_key

    @property
    def record(self) -> dict[str, Any]:
        """What the status says of it, as upstream writes it."""
        remote = {"remoteKey": self.remote_key} | ({"property": self.part} if self.part else {})
        match: dict[str, Any] = {"secretKey": self.secret_key} if self.secret_key else {}
        metadata = {} if self.raw_metadata is None else {"metadata": self.raw_metadata}
        return {"match": match | {"remoteRef": remote}} | metadata | {"conversionStrategy": str(self.conversion)}


def placements(spec: PushSecret, store: StoreToWrite, present: Iterable[str], engine: Engine) -> tuple[Placement, ...]:
    """Return what goes to a store, of a source with these keys. Raises SpecError."""
    source = dict.fromkeys(present, True)
    explicit = [_explicit(spec, index, entry) for index, entry in enumerate(spec.data)]
    for placement in explicit:
        _check_key(spec, placement, source)
    taken = frozenset(placement.secret_key for placement in explicit if placement.secret_key)
    expanded = [
        placement
        for index, entry in enumerate(spec.data_to)
        if _is_for(entry.store, store)
        for placement in _expanded(spec, index, entry, source, engine)
        if placement.secret_key not in taken or placement.keys is not None
    ]
    found = (*expanded, *explicit)
    _check_places(spec, found)
    return found


def _explicit(spec: PushSecret, index: int, entry: DataEntry) -> Placement:
    path = f"spec.data[{index}]"
    return Placement(
        object=_object(spec, entry.remote_key, path),
        remote_key=entry.remote_key,
        part=entry.property,
        conversion=entry.conversion,
        secret_key=entry.secret_key,
        metadata=entry.metadata,
        raw_metadata=entry.raw_metadata,
        path=path,
    )


def _check_key(spec: PushSecret, placement: Placement, source: Mapping[str, bool]) -> None:
    if not placement.secret_key or placement.secret_key in keys.converted(source, placement.conversion):
        return
    raise SpecError(
        what=f"the source has no key {foreign(placement.secret_key)}",
        cause=f"it has {foreign(', '.join(sorted(source))) or 'none'}",
        remedy=f"correct {placement.path}.match.secretKey, or add the key to the Secret",
        where=_where(spec, f"{placement.path}.match.secretKey"),
    )


def _is_for(choice: StoreChoice, store: StoreToWrite) -> bool:
    if choice.kind != store.reference.kind:
        return False
    if choice.name:
        return choice.name == store.reference.name
    return choice.selector is not None and choice.selector.fits(store.labels)


def _expanded(
    spec: PushSecret, index: int, entry: DataTo, source: Mapping[str, bool], engine: Engine
) -> Iterator[Placement]:
    """Yield one placement for each key that matches, or one for all; none where no key does, as upstream."""
    path = f"spec.dataTo[{index}]"
    matcher = None if entry.regexp is None else regexps.compile(entry.regexp)
    matched = sorted(
        key for key in keys.converted(source, entry.conversion) if matcher is None or matcher.found_in(key)
    )
    if not matched:
        return
    if entry.remote_key:
        yield replace(_placed(spec, entry, entry.remote_key, path), keys=frozenset(matched))
        return
    for key in matched:
        remote_key = _renamed(key, entry.rewrite, engine)
        yield replace(_placed(spec, entry, remote_key, path), secret_key=key)


def _placed(spec: PushSecret, entry: DataTo, remote_key: str, path: str) -> Placement:
    return Placement(
        object=_object(spec, remote_key, path),
        remote_key=remote_key,
        part="",
        conversion=entry.conversion,
        metadata=entry.metadata,
        raw_metadata=entry.raw_metadata,
        path=path,
    )


def _renamed(key: str, steps: Sequence[Step], engine: Engine) -> str:
    """Return the name that a key gets by itself: what other keys become is told apart later."""
    return next(iter(rewrite.apply({key: Entry(value=b"")}, steps, engine)))


def _object(spec: PushSecret, remote_key: str, path: str) -> ObjectKey:
    try:
        return object_keys.parse_object_key(remote_key)
    except SpecError as mistake:
        error = SpecError(what=mistake.what, cause=mistake.cause, remedy=mistake.remedy, where=_where(spec, path))
    raise error


def _check_places(spec: PushSecret, found: Iterable[Placement]) -> None:
    seen: dict[str, Placement] = {}
    for placement in found:
        other = seen.setdefault(placement.name, placement)
        if other is not placement:
            raise SpecError(
                what=f"two entries go to {foreign(placement.name)}",
                cause=f"they are of {other.path} and {placement.path}",
                remedy="give one of them another remoteKey, or a rewrite that tells their keys apart",
                where=_where(spec, placement.path),
            )


def _where(spec: PushSecret, path: str) -> Where:
    return Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path=path)
