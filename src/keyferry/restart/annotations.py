"""The annotations by which workloads ask for restarts, and which sources they name. Pure.

keyferry's own is `keyferry.io/restart-on-change`. Reloader's are understood as its release 1.4 documents them
(https://docs.stakater.com/reloader/1.4/reference/annotations.html), with the differences that
docs/how-to/restart-on-change.md lists: they name Secrets and classes, and ConfigMaps are not ours.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.restart.state import Source, SourceKind, Terms
from keyferry.spec import regexps

RESTART_ANNOTATION: Final = "keyferry.io/restart-on-change"
SEEN_ANNOTATION: Final = "keyferry.io/seen"
RESTARTED_AT_ANNOTATION: Final = "kubectl.kubernetes.io/restartedAt"  # what `kubectl rollout restart` writes

RELOADER: Final = "reloader.stakater.com"
AUTO: Final = f"{RELOADER}/auto"
SEARCH: Final = f"{RELOADER}/search"
MATCH: Final = f"{RELOADER}/match"  # on a Secret
IGNORE: Final = f"{RELOADER}/ignore"  # on a Secret
ROLLOUT_STRATEGY: Final = f"{RELOADER}/rollout-strategy"  # on an Argo Rollout
_PREFIX: Final = {SourceKind.SECRET: f"secret.{RELOADER}", SourceKind.CLASS: f"secretproviderclass.{RELOADER}"}
_EXCLUDE: Final = {
    SourceKind.SECRET: f"secrets.exclude.{RELOADER}/reload",
    SourceKind.CLASS: f"secretproviderclasses.exclude.{RELOADER}/reload",
}
_NOT_OURS: Final = (f"configmap.{RELOADER}/reload", f"configmap.{RELOADER}/auto")
_PAUSE: Final = f"deployment.{RELOADER}/pause-period"

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})  # Go's strconv.ParseBool
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_SHORTEST_REMEDY: Final = 'write "true", "false", or names such as "secret/db, class/kv"'


@dataclass(slots=True)
class Wishes:
    """What a workload asks for. `watched` is empty where it asks for nothing; `notes` are for its reader."""

    watched: dict[Source, Terms] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, sources: Iterable[Source], terms: Terms) -> None:
        """Watch these too, on the easier of two terms."""
        for source in sources:
            self.watched[source] = min(terms, self.watched.get(source, terms))


def wishes(
    own: Mapping[str, str], template: Mapping[str, str], used: frozenset[Source], *, reloader: bool = True
) -> Wishes:
    """Return what the annotations `own`, or Reloader's on the pod template, ask for of what the pods use."""
    found = Wishes()
    text = own.get(RESTART_ANNOTATION)
    if text is not None:
        _ours(text.strip(), used, found)
    if reloader:
        for kind in SourceKind:
            _reloaders(kind, _speaking(kind, own, template), used, found)
        _excluded(own, found)
    if reloader and found.watched:
        found.notes += _not_ours(own)
    return found


def _ours(text: str, used: frozenset[Source], found: Wishes) -> None:
    if text in ("true", "false", ""):
        found.add(used if text == "true" else (), Terms.ALWAYS)
        return
    for item in filter(None, (part.strip() for part in text.split(","))):
        sources = _named(item, used)
        if not sources:
            found.notes.append(
                f'{RESTART_ANNOTATION}: "{foreign(item)}" names no Secret and no class; {_SHORTEST_REMEDY}'
            )
        found.add(sources, Terms.ALWAYS)


def _named(item: str, used: frozenset[Source]) -> frozenset[Source]:
    """Return what one item names. A plain name is what the pods use of that name, and a Secret where they use none."""
    kind, slash, name = item.rpartition("/")
    if _NAME.fullmatch(name) is None:
        return frozenset()
    if slash:
        return frozenset({Source(SourceKind(kind), name)}) if kind in tuple(SourceKind) else frozenset()
    same = frozenset(source for source in used if source.name == name)
    return same or frozenset({Source(SourceKind.SECRET, name)})


def _speaking(kind: SourceKind, own: Mapping[str, str], template: Mapping[str, str]) -> Mapping[str, str]:
    """Return the annotations that speak: the workload's, and its template's where it has none of these."""
    asks = (f"{_PREFIX[kind]}/reload", f"{_PREFIX[kind]}/auto", AUTO, SEARCH)
    return own if any(name in own for name in asks) else template


def _reloaders(kind: SourceKind, said: Mapping[str, str], used: frozenset[Source], found: Wishes) -> None:
    ours = frozenset(source for source in used if source.kind is kind)
    for item in filter(None, (part.strip() for part in said.get(f"{_PREFIX[kind]}/reload", "").split(","))):
        if _NAME.fullmatch(item):
            found.add((Source(kind, item),), Terms.UNLESS_IGNORED)
        else:
            found.add(_matching(item, ours, found), Terms.UNLESS_IGNORED)
    if said.get(f"{_PREFIX[kind]}/auto") in _TRUE or (kind is SourceKind.SECRET and said.get(AUTO) in _TRUE):
        found.add(ours, Terms.UNLESS_IGNORED)
    if kind is SourceKind.SECRET and said.get(SEARCH) == "true":
        found.add(ours, Terms.IF_MATCHED)


def _matching(pattern: str, used: frozenset[Source], found: Wishes) -> list[Source]:
    """Return what of the used sources a regular expression means."""
    try:
        matcher = regexps.compile(f"^(?:{pattern})$")
    except SpecError as problem:
        found.notes.append(str(problem))
        return []
    return [source for source in used if matcher.found_in(source.name)]


def _excluded(own: Mapping[str, str], found: Wishes) -> None:
    """Take out what Reloader's exclusions name; what keyferry's own annotation asks for stays."""
    for kind, name in _EXCLUDE.items():
        for item in own.get(name, "").split(","):
            source = Source(kind, item.strip())
            if found.watched.get(source, Terms.ALWAYS) is not Terms.ALWAYS:
                del found.watched[source]


def _not_ours(own: Mapping[str, str]) -> list[str]:
    notes = [f"{name} does nothing here: keyferry does not watch ConfigMaps" for name in _NOT_OURS if name in own]
    if _PAUSE in own:
        notes.append(f"{_PAUSE} does nothing here: the operator's --restart-budget bounds how many workloads roll")
    return notes
