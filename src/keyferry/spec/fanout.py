"""A ClusterExternalSecret or ClusterPushSecret becomes one frozen value, or one error with everything that is wrong.

Both say: this object, for each of these namespaces. Called by sync.fanout and by `keyferry check`. Fields:
https://external-secrets.io/latest/api/clusterexternalsecret/, https://external-secrets.io/latest/api/clusterpushsecret/.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from keyferry.model.wellknown import ES_GROUP, ES_VERSION, PUSH_VERSION
from keyferry.spec import checking, documents, durations, external_secret, label_selectors, labels, push_secret
from keyferry.spec.fields import external_secret as external_secret_fields
from keyferry.spec.fields import fanout as fields
from keyferry.spec.fields import push_secret as push_secret_fields
from keyferry.spec.fields.references import V1, V1BETA1
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.problems import InvalidDocument, Problem, Problems, Review
from keyferry.spec.schema import Table

DEFAULT_INTERVAL: Final = timedelta(hours=1)
_OF_THE_STORE: Final = re.compile(r"\.(remoteRef|extract|find)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class FanoutKind:
    """One of the two kinds. `stem` begins the names of its fields; `parse_child` raises what is wrong with a child."""

    kind: str
    child_kind: str
    child_api_version: str
    stem: str
    versions: Mapping[str, str]
    tables: Mapping[str, Table]
    child_table: Table
    parse_child: Callable[[Mapping[str, object]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fanout:
    """What one object asks for: a child in every namespace that one of the selectors fits, or that is named.

    `child_spec` is the user's own, word for word. `refresh_interval` None: only when something changes.
    """

    name: str
    uid: str
    annotations: Mapping[str, str]
    child_name: str
    child_spec: Mapping[str, Any]
    child_labels: Mapping[str, str]
    child_annotations: Mapping[str, str]
    selectors: tuple[LabelSelector, ...]
    namespaces: frozenset[str]
    refresh_interval: timedelta | None

    def wants(self, namespace: str, present: Mapping[str, str]) -> bool:
        """Tell whether a namespace with these labels is one of those meant."""
        return namespace in self.namespaces or any(selector.fits(present) for selector in self.selectors)


def parse(kind: FanoutKind, document: bytes | Mapping[str, object]) -> Fanout:
    """Return what the document asks for; raise `SpecError` that lists every problem in it, those of its child too.

    What keyferry alone has against the objects that a child names in its store is left for the child's own status: that
    store may be another operator's.
    """
    opened, spec = _open(kind, document)
    for problem in _problems_of_child(kind, spec, opened):
        if not problem.is_ours or not _OF_THE_STORE.search(problem.path):
            opened.problems.add(problem.path, problem.message, problem.remedy)
    opened.raise_if_any_problem()
    metadata, given = opened.metadata, spec.get(f"{kind.stem}Metadata", {})
    interval = durations.parse(spec["refreshTime"]) if "refreshTime" in spec else DEFAULT_INTERVAL
    return Fanout(
        name=metadata.name,
        uid=metadata.uid,
        annotations=metadata.annotations,
        child_name=spec.get(f"{kind.stem}Name", metadata.name),
        child_spec=_without_nulls(opened.spec[f"{kind.stem}Spec"]),
        child_labels=given.get("labels", {}),
        child_annotations=given.get("annotations", {}),
        selectors=tuple(label_selectors.parse(selector) for _, selector in _selectors(spec)),
        namespaces=frozenset(spec.get("namespaces", ())),
        refresh_interval=interval if interval > timedelta(0) else None,
    )


def review(kind: FanoutKind, document: bytes | Mapping[str, object]) -> Review:
    """Return what an admission says of the document: what upstream's API refuses, and what keyferry warns of.

    Raises `SpecError` where it is not of this kind at all.
    """
    opened, spec = _open(kind, document)
    for problem in _problems_of_child(kind, spec, opened):
        opened.problems.add(problem.path, problem.message, problem.remedy, is_ours=problem.is_ours)
    return opened.review()


def complete(kind: FanoutKind, child_spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a child's spec with the API's defaults filled in, so that what was stored can be compared."""
    problems = Problems()
    checked = checking.check(kind.child_table, child_spec, "spec", problems)
    return child_spec if problems else checked


def _open(kind: FanoutKind, document: bytes | Mapping[str, object]) -> tuple[documents.Document, Mapping[str, Any]]:
    """Return the document and its checked fields; what is wrong beside the child is noted."""
    opened = documents.open_document(document, kind.kind, kind.versions)
    problems = opened.problems
    spec = checking.check(kind.tables[opened.version], opened.spec, "spec", problems)
    given = spec.get(f"{kind.stem}Metadata", {})
    labels.check_labels(given.get("labels", {}), f"spec.{kind.stem}Metadata.labels", problems)
    labels.check_annotations(given.get("annotations", {}), f"spec.{kind.stem}Metadata.annotations", problems)
    _check_selectors(spec, problems)
    return opened, spec


def _problems_of_child(kind: FanoutKind, spec: Mapping[str, Any], opened: documents.Document) -> Iterator[Problem]:
    """Yield what the child's own kind has against it, at the places where it stands here."""
    child = _without_nulls(opened.spec.get(f"{kind.stem}Spec"))
    if not isinstance(child, Mapping):
        return
    metadata = {"name": spec.get(f"{kind.stem}Name", opened.metadata.name)}
    parts = {"apiVersion": kind.child_api_version, "kind": kind.child_kind, "metadata": metadata, "spec": child}
    try:
        kind.parse_child(parts)
    except InvalidDocument as refusal:
        for problem in refusal.problems:
            if problem.path.startswith("spec"):
                yield replace(problem, path=f"spec.{kind.stem}Spec{problem.path.removeprefix('spec')}")


def _check_selectors(spec: Mapping[str, Any], problems: Problems) -> None:
    for path, selector in _selectors(spec):
        label_selectors.check(selector, path, problems)


def _selectors(spec: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found = [(f"spec.namespaceSelectors[{n}]", each) for n, each in enumerate(spec.get("namespaceSelectors", ()))]
    if "namespaceSelector" in spec:
        found.append(("spec.namespaceSelector", spec["namespaceSelector"]))
    return found


def _without_nulls(value: Any) -> Any:
    """Null counts as absent, as it does for the API server."""
    if isinstance(value, Mapping):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(inner) for inner in value]
    return value


def _outer(table: Table, stem: str) -> Table:
    """Leave the child's fields to the child's own kind, which knows rules that span several of them."""
    own = {name: field for name, field in table.fields.items() if name != f"{stem}Spec"}
    return replace(table, fields={**own, f"{stem}Spec": Table(fields={}, open=True)})


CLUSTER_EXTERNAL_SECRET: Final = FanoutKind(
    kind="ClusterExternalSecret",
    child_kind="ExternalSecret",
    child_api_version=f"{ES_GROUP}/{ES_VERSION}",
    stem="externalSecret",
    versions=documents.EXTERNAL_SECRETS,
    tables={v: _outer(fields.cluster_external_secret(v), "externalSecret") for v in (V1, V1BETA1)},
    child_table=external_secret_fields.spec(V1),
    parse_child=external_secret.parse,
)
CLUSTER_PUSH_SECRET: Final = FanoutKind(
    kind="ClusterPushSecret",
    child_kind="PushSecret",
    child_api_version=f"{ES_GROUP}/{PUSH_VERSION}",
    stem="pushSecret",
    versions=push_secret.VERSIONS,
    tables={PUSH_VERSION: _outer(fields.cluster_push_secret(), "pushSecret")},
    child_table=push_secret_fields.spec(),
    parse_child=push_secret.parse,
)
