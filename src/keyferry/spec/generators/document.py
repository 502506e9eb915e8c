"""A generator in YAML or JSON becomes one frozen value, or one error with everything that is wrong.

Called by sync.generators and by `keyferry check`. Fields: https://external-secrets.io/latest/api/generator/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from keyferry.model.errors import SpecError, foreign
from keyferry.model.wellknown import GENERATORS_GROUP, GENERATORS_VERSION
from keyferry.spec import checking, documents
from keyferry.spec.fields import generators as fields
from keyferry.spec.generators import acr, password
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.spec.generators.password import Password
from keyferry.spec.problems import Problems

API_VERSION: Final = f"{GENERATORS_GROUP}/{GENERATORS_VERSION}"
CLUSTER: Final = "ClusterGenerator"
KINDS: Final = tuple(fields.GENERATORS)
_VERSIONS: Final = {API_VERSION: GENERATORS_VERSION}
_FIELDS: Final = {kind: make() for kind, make in fields.GENERATORS.items()}
_CLUSTER_FIELDS: Final = fields.cluster_generator()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uuid:
    """A random UUID, version 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """Fixed values. `controller` is the operator's class, "" for any."""

    controller: str
    data: tuple[tuple[str, str], ...]


Generator = Password | Uuid | Fake | AcrAccessToken


def parse(document: bytes | Mapping[str, object], kind: str) -> Generator:
    """Return what a generator of `kind` asks for; raise `SpecError` that lists every problem in it.

    `kind` is one of KINDS or CLUSTER.
    """
    opened = documents.open_document(_with_spec(document), kind, _VERSIONS)
    problems = opened.problems
    if kind == CLUSTER:
        made = _cluster(checking.check(_CLUSTER_FIELDS, opened.spec, "spec", problems), problems)
    else:
        made = _read(kind, checking.check(_FIELDS[kind], opened.spec, "spec", problems), "spec", problems)
    opened.raise_if_any_problem()
    assert made is not None, "whatever lacks was noted"
    return made


def check_kind(api_version: str, kind: str) -> None:
    """Raise `SpecError` unless keyferry runs generators of this kind."""
    if api_version.partition("/")[0] != GENERATORS_GROUP:
        raise SpecError(
            what=f'"{foreign(api_version)}" has no generators',
            remedy=f"write apiVersion: {API_VERSION}, or leave it out",
        )
    if kind not in (*KINDS, CLUSTER):
        raise _unsupported(kind)


def _cluster(spec: Mapping[str, Any], problems: Problems) -> Generator | None:
    kind = spec.get("kind")
    if kind is None:
        return None
    field = fields.CLUSTER_FIELDS[kind]
    path = f"spec.generator.{field}"
    if kind not in KINDS:
        problems.add("spec.kind", f"{kind} is a generator that keyferry does not run", _supported())
        return None
    settings = spec.get("generator", {})
    if field not in settings:
        problems.add(path, f"is missing, and kind is {kind}", "add it, or correct kind")
        return None
    return _read(kind, settings[field], path, problems)


def _read(kind: str, spec: Mapping[str, Any], path: str, problems: Problems) -> Generator | None:
    match kind:
        case "ACRAccessToken":
            return acr.read(spec, path, problems)
        case "Password":
            return password.read(spec, path, problems)
        case "Fake":
            return Fake(controller=spec.get("controller", ""), data=tuple(spec.get("data", {}).items()))
        case _:
            return Uuid()


def _with_spec(document: bytes | Mapping[str, object]) -> bytes | Mapping[str, object]:
    """A UUID has nothing to say under spec, and may leave it out."""
    parts: object = document
    if isinstance(document, bytes):
        try:
            parts = msgspec.json.decode(document)
        except (msgspec.DecodeError, RecursionError):
            return document
    if isinstance(parts, Mapping) and parts.get("kind") == "UUID" and parts.get("spec") is None:
        return {**parts, "spec": {}}
    return document


def _supported() -> str:
    return f"use one of {', '.join((*KINDS, CLUSTER))}"


def _unsupported(kind: str) -> SpecError:
    return SpecError(what=f'keyferry does not run generators of kind "{foreign(kind)}"', remedy=_supported())
