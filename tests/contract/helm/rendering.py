"""The chart as Helm's own engine renders it, offline."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

helm = pytest.importorskip("helm_python", reason="Helm's engine has wheels for Linux and macOS alone")

CHART: Final = Path(__file__).parents[3] / "deploy" / "helm" / "keyferry"
RELEASE: Final = "keyferry"
NAMESPACE: Final = "keyferry"
TENANT: Final = "99999999-9999-4999-8999-999999999999"
USUAL: Final[Mapping[str, Any]] = {"azure": {"tenantId": TENANT}}

Json = dict[str, Any]


@cache
def chart() -> Any:
    """Return the loaded chart; it never changes."""
    return helm.Chart.load(CHART)


def texts(values: Mapping[str, Any] = USUAL, *, release: str = RELEASE, namespace: str = NAMESPACE) -> dict[str, str]:
    """Return what each template renders, by its path below templates/."""
    rendered = chart().render(dict(values), name=release, namespace=namespace)
    return {path.partition("/templates/")[2]: text for path, text in rendered.items()}


def objects(values: Mapping[str, Any] = USUAL, *, release: str = RELEASE, namespace: str = NAMESPACE) -> list[Json]:
    """Return the objects that a release has with these values, which nobody may change: all who ask share them.

    The definitions, which are most of the text, are among them where the values say something of `crds`.
    """
    return list(_objects(json.dumps({"crds": {"install": False}, **values}), release, namespace))


@cache
def _objects(values: str, release: str, namespace: str) -> tuple[Json, ...]:
    rendered = texts(json.loads(values), release=release, namespace=namespace)
    return tuple(document for path, text in rendered.items() if path.endswith(".yaml") for document in _documents(text))


def of_kind(documents: list[Json], *kinds: str) -> list[Json]:
    """Return the objects of these kinds."""
    return [document for document in documents if document["kind"] in kinds]


def pods(documents: list[Json]) -> Iterator[tuple[str, Json]]:
    """Yield the pod of each workload, by its component."""
    for document in of_kind(documents, "Deployment", "DaemonSet"):
        yield document["metadata"]["labels"]["app.kubernetes.io/component"], document["spec"]["template"]


def container(documents: list[Json], component: str) -> Json:
    """Return the one container of a component's pods."""
    (found,) = dict(pods(documents))[component]["spec"]["containers"]
    return dict(found)


def _documents(text: str) -> Iterator[Json]:
    yield from (document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document is not None)
