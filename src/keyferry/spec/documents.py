"""Opening a document: bytes or a mapping in, its kind, version and metadata out, or a `SpecError` that says why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.model import wellknown
from keyferry.model.errors import SpecError, foreign
from keyferry.spec import rules
from keyferry.spec.fields.references import V1, V1ALPHA1, V1BETA1
from keyferry.spec.problems import Problem, Problems, Review, did_you_mean

EXTERNAL_SECRETS: Final = {f"{wellknown.ES_GROUP}/{version}": version for version in (V1, V1BETA1)}
SECRETS_STORE: Final = {f"{wellknown.SECRETS_STORE_GROUP}/{version}": version for version in (V1, V1ALPHA1)}
_PARTS: Final = ("apiVersion", "kind", "metadata", "spec", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What keyferry reads of an object's metadata. `uid` is "" and `generation` 0 in a file."""

    namespace: str
    name: str
    uid: str
    generation: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An opened document; what is wrong with it so far stands in `problems`."""

    kind: str
    api_version: str
    version: str
    metadata: Metadata
    spec: Mapping[str, Any]
    status: Mapping[str, Any]
    problems: Problems

    def review(self) -> Review:
        """Return the problems noted so far as an admission sees them, with a warning of an older version."""
        found = self.problems.found
        return Review(
            problems=tuple(problem for problem in found if not problem.is_ours),
            warnings=(
                *(() if self.version != V1BETA1 else (outdated(self.api_version),)),
                *(problem for problem in found if problem.is_ours),
            ),
        )

    def raise_if_any_problem(self) -> None:
        """Raise every problem noted so far as one `SpecError`."""
        self.problems.raise_if_any(kind=self.kind, namespace=self.metadata.namespace, name=self.metadata.name)


def outdated(api_version: str) -> Problem:
    """Return the warning of a version that goes away."""
    return Problem(
        path="apiVersion",
        message=f"{api_version} is deprecated",
        remedy=f"write apiVersion: {api_version.rpartition('/')[0]}/{V1}; all fields stay as they are",
        is_ours=True,
    )


def open_document(
    document: bytes | Mapping[str, object], kind: str, versions: Mapping[str, str] = EXTERNAL_SECRETS
) -> Document:
    """Return the opened document; raise `SpecError` where it is not one of this kind at all.

    `versions` are the apiVersions that may stand there, with the version that each means.
    """
    parts = _mapping(document)
    version = _version(parts, kind, versions)
    problems = Problems()
    metadata = _metadata(parts.get("metadata"), problems)
    for name in parts.keys() - set(_PARTS):
        problems.add(foreign(str(name)), "is not a field of this API", did_you_mean(str(name), _PARTS) or "remove it")
    spec = parts.get("spec")
    if not isinstance(spec, Mapping):
        problems.add("spec", "is missing" if spec is None else "must be a mapping", "add it")
        spec = {}
    status = parts.get("status")
    return Document(
        kind=kind,
        api_version=str(parts["apiVersion"]),
        version=version,
        metadata=metadata,
        spec=spec,
        status=status if isinstance(status, Mapping) else {},
        problems=problems,
    )


def _mapping(document: bytes | Mapping[str, object]) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    try:
        parts = msgspec.json.decode(document)
    except (msgspec.DecodeError, RecursionError) as refusal:
        raise SpecError(what="a document is not JSON", cause=foreign(str(refusal)), remedy="send it as JSON") from None
    if not isinstance(parts, dict):
        raise SpecError(what="a document is not an object of Kubernetes", cause="it is no mapping at its top")
    return parts


def _version(parts: Mapping[str, Any], kind: str, versions: Mapping[str, str]) -> str:
    found_kind, api_version = parts.get("kind"), parts.get("apiVersion")
    if found_kind != kind:
        raise SpecError(
            what=f"a document is not of the kind {kind}",
            cause=f"its kind is {_shown(found_kind)}",
            remedy=f"set kind to {kind}",
        )
    if not isinstance(api_version, str) or api_version not in versions:
        raise SpecError(
            what=f"{kind} has an API version that keyferry does not read",
            cause=f"its apiVersion is {_shown(api_version)}",
            remedy=f"set apiVersion to {' or '.join(versions)}",
        )
    return versions[api_version]


def _metadata(found: object, problems: Problems) -> Metadata:
    fields: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    generation = fields.get("generation")
    return Metadata(
        namespace=_name(fields, "namespace", problems),
        name=_name(fields, "name", problems),
        uid=str(fields.get("uid") or ""),
        generation=generation if isinstance(generation, int) else 0,
        labels=_texts(fields, "labels", problems),
        annotations=_texts(fields, "annotations", problems),
    )


def _name(fields: Mapping[str, Any], field: str, problems: Problems) -> str:
    value = fields.get(field)
    if value is None:
        if field == "name":
            problems.add("metadata.name", "is missing", "name the object")
        return ""  # a file may leave the namespace to kubectl
    rule = rules.dns_subdomain if field == "name" else rules.dns_label
    complaint = rule(str(value))
    if complaint is not None:
        problems.add(f"metadata.{field}", complaint.message, complaint.remedy)
    return str(value)


def _texts(fields: Mapping[str, Any], field: str, problems: Problems) -> Mapping[str, str]:
    found = fields.get(field)
    entries = found if isinstance(found, Mapping) else {}
    if found is not None and not isinstance(found, Mapping):
        problems.add(f"metadata.{field}", "must be a mapping", "write one line for each, as key: value")
    for key, value in entries.items():
        if not isinstance(value, str):
            problems.add(f"metadata.{field}[{foreign(str(key))}]", "must be text", "put the value in quotes")
    return {str(key): value for key, value in entries.items() if isinstance(value, str)}


def _shown(value: object) -> str:
    return f'"{foreign(value)}"' if isinstance(value, str) else "missing"
