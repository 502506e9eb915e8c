"""A ClusterExternalSecret or ClusterPushSecret becomes one frozen value, or one error with everything that is wrong.

Both say: this object, for each of these namespaces. Called by sync.fanout and by `keyferry check`. Fields:
https://external-secrets.io/latest/api/clusterexternalsecret/, https://external-secrets.io/latest/api/clusterpushsecret/.
"""

from collections.abc import Callable, Mapping
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
from keyferry.spec.problems import InvalidDocument, Problems
from keyferry.spec.schema import Table

DEFAULT_INTERVAL: Final = timedelta(hours=1)


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
    """Return what the document asks for; raise `SpecError` that lists every problem in it, those of its child too."""
    opened = documents.open_document(document, kind.kind, kind.versions)
    metadata, problems = opened.metadata, opened.problems
    spec = checking.check(kind.tables[opened.version], opened.spec, "spec", problems)
    name = spec.get(f"{kind.stem}Name", metadata.name)
    child = _without_nulls(opened.spec.get(f"{kind.stem}Spec"))
    if isinstance(child, Mapping):
        _check_child(kind, name, child, problems)
    given = spec.get(f"{kind.stem}Metadata", {})
    labels.check_labels(given.get("labels", {}), f"spec.{kind.stem}Metadata.labels", problems)
    labels.check_annotations(given.get("annotations", {}), f"spec.{kind.stem}Metadata.annotations", problems)
    _check_selectors(spec, problems)
    opened.raise_if_any_problem()
    interval = durations.parse(spec["refreshTime"]) if "refreshTime" in spec else DEFAULT_INTERVAL
    return Fanout(
        name=metadata.name,
        uid=metadata.uid,
        annotations=metadata.annotations,
        child_name=name,
        child_spec=child,
        child_labels=given.get("labels", {}),
        child_annotations=given.get("annotations", {}),
        selectors=tuple(label_selectors.parse(selector) for _, selector in _selectors(spec)),
        namespaces=frozenset(spec.get("namespaces", ())),
        refresh_interval=interval if interval > timedelta(0) else None,
    )


def complete(kind: FanoutKind, child_spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a child's spec with the API's defaults filled in, so that what was stored can be compared."""
    problems = Problems()
    checked = checking.check(kind.child_table, child_spec, "spec", problems)
    return child_spec if problems else checked


def _check_child(kind: FanoutKind, name: str, spec: Mapping[str, Any], problems: Problems) -> None:
    """Note what the child's own kind has against it, at the places where it stands here."""
    document = {"apiVersion": kind.child_api_version, "kind": kind.child_kind, "metadata": {"name": name}, "spec": spec}
    try:
        kind.parse_child(document)
    except InvalidDocument as refusal:
        for problem in refusal.problems:
            if problem.path.startswith("spec"):
                path = f"spec.{kind.stem}Spec{problem.path.removeprefix('spec')}"
                problems.add(path, problem.message, problem.remedy, is_ours=problem.is_ours)


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
