"""Every field of every kind has its error: its path, and what to do. And no document makes a review stumble.

The documents are made from the CRDs, so a new field is tried as soon as there is one.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.advice import reviewing
from keyferry.model.errors import SpecError
from keyferry.spec import crd, external_secret, fanout, push_secret, secret_provider_class, secret_store
from keyferry.spec.generators import document as generators
from keyferry.spec.problems import InvalidDocument, Problem

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int | tuple[str], ...]  # a field, an index, or a key of free text

PARSERS: Mapping[str, Callable[[Json], object]] = {
    "ExternalSecret": external_secret.parse,
    "SecretStore": secret_store.parse,
    "ClusterSecretStore": lambda document: secret_store.parse(document, secret_store.CLUSTER_KIND),
    "PushSecret": push_secret.parse,
    "ClusterExternalSecret": lambda document: fanout.parse(fanout.CLUSTER_EXTERNAL_SECRET, document),
    "ClusterPushSecret": lambda document: fanout.parse(fanout.CLUSTER_PUSH_SECRET, document),
    "SecretProviderClass": secret_provider_class.parse,
}
NASTY: tuple[Any, ...] = (
    *([], {}, "", None, True, -1, 2**63, 1.5, float("nan"), float("inf"), b"x"),
    *([[[]]], [None], {"": ""}, {1: 2}, {"nope": 1}),
    *("x" * 300_000, "\ud800", "a\0b", "\n", "{{", "{{" * 5_000, "(" * 1_000, "((((a*)*)*)*)*", "(?P<é>a)", "\\"),
    *("9" * 5_000, "1h" * 1_000, "-1s", "9999999999h", "secret/" * 1_000, "https://[", "2026-99-99"),
)


def full(schema: Json) -> Any:
    """A value with every field that a schema has."""
    if schema.get("x-kubernetes-int-or-string"):
        return "1h"
    match schema.get("type"):
        case "object":
            inner = schema.get("additionalProperties")
            free = {"a": full(inner)} if isinstance(inner, dict) else {}
            return free | {name: full(field) for name, field in schema.get("properties", {}).items()}
        case "array":
            return [full(schema["items"])]
        case "boolean":
            return True
        case "integer":
            return 1
        case _:
            return schema.get("default") or schema.get("enum", ["a"])[0]


def places(schema: Json, path: Path = ("spec",)) -> Iterator[tuple[Path, Json]]:
    yield path, schema
    for name, field in schema.get("properties", {}).items():
        yield from places(field, (*path, name))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from places(schema["additionalProperties"], (*path, ("a",)))
    if schema.get("type") == "array":
        yield from places(schema["items"], (*path, 0))


def with_value(document: Json, path: Path, value: Any) -> Json:
    made = copy.deepcopy(document)
    inner: Any = made
    *way, last = (step[0] if isinstance(step, tuple) else step for step in path)
    for step in way:
        inner = inner[step]
    inner[last] = value
    return made


def shown(path: Path) -> str:
    first, *rest = path
    steps = (
        f".{step}" if isinstance(step, str) else f"[{step[0] if isinstance(step, tuple) else step}]" for step in rest
    )
    return f"{first}{''.join(steps)}"


def wrong(schema: Json) -> Iterator[tuple[Any, str]]:
    """Values that a field does not take, and what follows its path in the error."""
    kind = schema.get("type")
    yield (["x"], "") if kind in {"string", None} else ("x", "")
    if "enum" in schema:
        yield "Nope", ""
    if schema.get("minLength"):
        yield "", ""
    if schema.get("maxLength"):
        yield "a" * (schema["maxLength"] + 1), ""
    if schema.get("pattern"):
        yield "!!\n", ""
    if schema.get("minItems"):
        yield [], ""
    if kind == "object" and "properties" in schema:
        yield full(schema) | {"nopeNope": 1}, ".nopeNope"


def parser_of(kind: str) -> Callable[[Json], object]:
    return PARSERS.get(kind) or (lambda document: generators.parse(document, kind))


def problems_of(document: Json) -> tuple[Problem, ...]:
    """What admission and the controller have against a document."""
    reviewed = reviewing.review(document)
    found = () if reviewed is None else reviewed.problems
    try:
        parser_of(document["kind"])(document)
    except InvalidDocument as invalid:
        return (*found, *invalid.problems)
    except SpecError as mistake:
        return (*found, Problem(path=mistake.where.path if mistake.where else "", message="", remedy=mistake.remedy))
    return found


def kinds() -> Iterator[tuple[Json, Json]]:
    """A full document of each served kind and version, and its schema."""
    for definition in crd.definitions():
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = version["schema"]["openAPIV3Schema"]["properties"].get("spec")
            if schema is None:  # a status alone
                continue
            yield (
                {
                    "apiVersion": f"{spec['group']}/{version['name']}",
                    "kind": spec["names"]["kind"],
                    "metadata": {"name": "a", "namespace": "b"},
                    "spec": full(schema),
                },
                schema,
            )


ALL = list(kinds())
FIELDS = [(document, path) for document, schema in ALL for path, _ in places(schema)]
NAMES = [f"{document['kind']}-{document['apiVersion'].rpartition('/')[2]}" for document, _ in ALL]


@pytest.mark.parametrize(("document", "schema"), ALL, ids=NAMES)
def test_every_field_has_its_error(document: Json, schema: Json) -> None:
    silent = []
    for path, field in places(schema):
        if field.get("x-kubernetes-preserve-unknown-fields"):
            continue
        for value, suffix in wrong(field):
            wanted = f"{shown(path)}{suffix}"
            told = [problem for problem in problems_of(with_value(document, path, value)) if problem.path == wanted]
            if not any(problem.remedy for problem in told):
                silent.append((wanted, value))
    assert silent == []


@given(st.sampled_from(FIELDS), st.sampled_from(NASTY))
def test_whatever_a_field_holds_it_is_reviewed(field: tuple[Json, Path], value: Any) -> None:
    document, path = field
    assert isinstance(problems_of(with_value(document, path, value)), tuple)


@given(
    st.sampled_from([document for document, _ in ALL]),
    st.sampled_from(["apiVersion", "metadata", "spec", "status", "name", "namespace", "labels", "annotations"]),
    st.sampled_from(NASTY),
)
def test_whatever_a_document_is_it_is_reviewed(document: Json, part: str, value: Any) -> None:
    path: Path = (part,) if part in {"apiVersion", "metadata", "spec", "status"} else ("metadata", part)
    assert isinstance(problems_of(with_value(document, path, value)), tuple)
