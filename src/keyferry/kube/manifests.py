"""Applies manifests as `kubectl apply --server-side` does, for machines without kubectl."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from keyferry.kube import yaml_documents
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import NotFound, SpecError, Where, foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One object that the cluster has now."""

    kind: str
    key: Key

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Manifests:
    """Applies documents one after another; what a server serves is asked once for each group and version."""

    def __init__(self, client: Client, *, field_manager: str = "keyferry-cli") -> None:
        self._client = client
        self._field_manager = field_manager
        self._served: dict[str, tuple[Resource, ...]] = {}

    async def apply(self, document: Mapping[str, Any]) -> Applied:
        """Apply one document, taking over fields of other managers. SpecError when it is no object of the cluster."""
        resource = await self._resource(document)
        key = _key(document, resource)
        body = _encoded(document, key)
        await self._client.apply(resource, key, body, field_manager=self._field_manager, force=True)
        return Applied(kind=resource.kind, key=key)

    async def _resource(self, document: Mapping[str, Any]) -> Resource:
        """What was not served before may be now: its CustomResourceDefinition may have come in between."""
        api_version, kind = str(document.get("apiVersion", "")), str(document.get("kind", ""))
        known = self._of_kind(api_version, kind)
        if known is None and api_version:
            self._served[api_version] = await self._ask(api_version, kind)
            known = self._of_kind(api_version, kind)
        if known is None:
            raise _unknown(api_version, kind)
        return known

    def _of_kind(self, api_version: str, kind: str) -> Resource | None:
        return next((resource for resource in self._served.get(api_version, ()) if resource.kind == kind), None)

    async def _ask(self, api_version: str, kind: str) -> tuple[Resource, ...]:
        try:
            return await self._client.served(api_version)
        except NotFound as refusal:
            raise _unknown(api_version, kind) from refusal


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the documents of a YAML file. SpecError names the file and the line of what is wrong."""
    where = Where(kind="file", name=str(path))
    try:
        documents = yaml_documents.documents(path.read_bytes())
    except OSError as refusal:
        raise SpecError(
            what=f"{path} cannot be read",
            cause=refusal.strerror or type(refusal).__name__,
            remedy="name a YAML file",
            where=where,
        ) from refusal
    except yaml.YAMLError as refusal:
        mark = getattr(refusal, "problem_mark", None)
        raise SpecError(
            what=f"{path} is not YAML",
            cause=f"line {mark.line + 1}: {foreign(str(getattr(refusal, 'problem', '')))}" if mark else "",
            remedy="mend its syntax",
            where=where,
        ) from None
    for document in documents:
        if isinstance(document, Mapping):
            yield document
        elif document is not None:
            raise SpecError(
                what=f"{path} holds something that is no object",
                cause=f"a document of it is a {type(document).__name__}",
                remedy="begin every document with apiVersion and kind",
                where=where,
            )


def _key(document: Mapping[str, Any], resource: Resource) -> Key:
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if not isinstance(metadata, Mapping) or not name or not isinstance(name, str):
        raise SpecError(
            what=f"a {resource.kind} has no name",
            cause="its metadata.name is missing or is no text",
            remedy="set metadata.name",
        )
    namespace = str(metadata.get("namespace") or "default")
    return Key(namespace=namespace if resource.namespaced else "", name=name)


def _encoded(document: Mapping[str, Any], key: Key) -> bytes:
    try:
        return msgspec.json.encode(document)
    except (TypeError, ValueError) as refusal:
        raise SpecError(
            what=f"{key} cannot be written as JSON",
            cause=foreign(str(refusal)),
            remedy="write keys as text: YAML reads on, yes and null as other things unless they stand in quotes",
        ) from None


def _unknown(api_version: str, kind: str) -> SpecError:
    return SpecError(
        what=f"the cluster has no kind {kind or '(none given)'} in {api_version or '(no apiVersion given)'}",
        cause="its API server does not serve it",
        remedy="correct apiVersion and kind, or install the CustomResourceDefinition first",
    )
