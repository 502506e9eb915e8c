"""`template` of a target: the blueprint of a Secret, as frozen types. Its texts are Go templates, not parsed here.

Called by external_secret.parse, and by push_secret.parse, whose template has the same fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from keyferry.spec.decoding import Decoding
from keyferry.spec.problems import Problems

DATA: Final = "data"
ANNOTATIONS: Final = "annotations"
LABELS: Final = "labels"
_SCOPES: Final = ("", DATA, ANNOTATIONS, LABELS)
_BOOTSTRAP_TOKEN: Final = "bootstrap.kubernetes.io/token"  # noqa: S105  (a type of Secret)
_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105  (as above)
_ACCOUNT_NAME: Final = "kubernetes.io/service-account.name"


class MergePolicy(StrEnum):
    """`mergePolicy`: what templates make alone, or the values that were read as well."""

    REPLACE = "Replace"
    MERGE = "Merge"


class TemplateAs(StrEnum):
    """`templateAs`: the text is one value, or a YAML mapping of keys to values."""

    VALUES = "Values"
    KEYS_AND_VALUES = "KeysAndValues"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateKey:
    """One key of a ConfigMap or Secret that holds a template."""

    key: str
    template_as: TemplateAs


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateObject:
    """A ConfigMap or Secret of the same namespace, and which of its keys to render."""

    kind: str
    name: str
    keys: tuple[TemplateKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A template in place, which renders to a YAML mapping."""

    text: str


TemplateSource: TypeAlias = TemplateObject | Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFrom:
    """One entry of `templateFrom`: its sources in order, where the result goes, and how values are decoded.

    `target` is as it was written; "" means data. Upper and lower case mean the same for a Secret.
    """

    sources: tuple[TemplateSource, ...]
    target: str
    decoding: Decoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What `template` asks for. `type` "" leaves the type as it is."""

    type: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    finalizers: tuple[str, ...]
    merge_policy: MergePolicy
    data: Mapping[str, str]
    sources: tuple[TemplateFrom, ...]

    @property
    def objects(self) -> tuple[TemplateObject, ...]:
        """The ConfigMaps and Secrets that hold its templates."""
        found = (source for entry in self.sources for source in entry.sources)
        return tuple(source for source in found if isinstance(source, TemplateObject))

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Each template that stands in place, with its path from here; those of `objects` are elsewhere."""
        literals = (
            (f"templateFrom[{index}].literal", source.text)
            for index, entry in enumerate(self.sources)
            for source in entry.sources
            if isinstance(source, Literal)
        )
        data = ((f"data[{key}]", text) for key, text in self.data.items())
        labels = ((f"metadata.labels[{key}]", text) for key, text in self.labels.items())
        annotations = ((f"metadata.annotations[{key}]", text) for key, text in self.annotations.items())
        return (*literals, *data, *labels, *annotations)

    @property
    def keeps_what_was_read(self) -> bool:
        """Tell whether the values that were read are part of the result beside being the templates' input."""
        return self.merge_policy is MergePolicy.MERGE or not (self.data or self.sources)


def blueprint(fields: Mapping[str, Any] | None) -> Blueprint | None:
    """Return the blueprint; None where there is no `template`. An empty one counts."""
    if fields is None:
        return None
    metadata = fields.get("metadata", {})
    return Blueprint(
        type=fields.get("type", ""),
        labels=metadata.get("labels", {}),
        annotations=metadata.get("annotations", {}),
        finalizers=tuple(metadata.get("finalizers", ())),
        merge_policy=MergePolicy(fields.get("mergePolicy", MergePolicy.REPLACE)),
        data=fields.get("data", {}),
        sources=tuple(_template_from(entry) for entry in fields.get("templateFrom", ())),
    )


def check(template: Mapping[str, Any], path: str, problems: Problems, *, is_secret: bool = True) -> None:
    """Note what upstream's admission and its controller refuse: Secrets that would make their author somebody else."""
    annotations = template.get("metadata", {}).get("annotations", {})
    targets = [str(entry.get("target", "")).casefold() for entry in template.get("templateFrom", ())]
    if template.get("type") == _BOOTSTRAP_TOKEN:
        problems.add(f"{path}.type", f"{_BOOTSTRAP_TOKEN} lets nodes join the cluster", "use another type")
    if template.get("type") == _ACCOUNT_TOKEN and (_ACCOUNT_NAME in annotations or ANNOTATIONS in targets):
        problems.add(
            f"{path}.type",
            f"{_ACCOUNT_TOKEN} with templated annotations would make a token of any ServiceAccount",
            f"use another type, or leave out the annotation {_ACCOUNT_NAME} and templateFrom into annotations",
        )
    for index, target in enumerate(targets if is_secret else ()):
        if target not in _SCOPES:
            problems.add(
                f"{path}.templateFrom[{index}].target", "is no part of a Secret", "use Data, Annotations or Labels"
            )


def _template_from(entry: Mapping[str, Any]) -> TemplateFrom:
    return TemplateFrom(
        sources=tuple(_sources(entry)),
        target=entry.get("target", ""),
        decoding=Decoding(entry.get("valuesDecodingStrategy", Decoding.NONE)),
    )


def _sources(entry: Mapping[str, Any]) -> list[TemplateSource]:
    """Upstream reads all three of one entry, in this order."""
    found: list[TemplateSource] = [
        _object(kind, entry[field])
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret"))
        if field in entry
    ]
    return [*found, Literal(text=entry["literal"])] if entry.get("literal") else found


def _object(kind: str, fields: Mapping[str, Any]) -> TemplateObject:
    keys = tuple(
        TemplateKey(key=item["key"], template_as=TemplateAs(item.get("templateAs", TemplateAs.VALUES)))
        for item in fields["items"]
    )
    return TemplateObject(kind=kind, name=fields["name"], keys=keys)
