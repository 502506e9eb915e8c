"""The parts of objects that have paths of their own: which kind is spoken there, and with which verbs.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from keyferry.lab.kubernetes.resources import Resource

STATUS: Final = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subresource:
    """One part of a kind. `group` is None where it speaks a kind of the resource's own group and version."""

    name: str
    kind: str
    verbs: tuple[str, ...]
    group: str | None = None
    version: str = ""


_ALL: Final[Mapping[str, Subresource]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Subresource(
                name="token", kind="TokenRequest", verbs=("create",), group="authentication.k8s.io", version="v1"
            ),
            Subresource(name="binding", kind="Binding", verbs=("create",)),
            Subresource(name="ephemeralcontainers", kind="Pod", verbs=("get", "patch", "update")),
            Subresource(name="log", kind="Pod", verbs=("get",)),
            Subresource(
                name="scale", kind="Scale", verbs=("get", "patch", "update"), group="autoscaling", version="v1"
            ),
        )
    }
)


def of(resource: Resource) -> Iterator[Subresource]:
    """Yield the parts that the resource has, its status first."""
    if resource.has_status:
        yield Subresource(name=STATUS, kind=resource.kind, verbs=("get", "patch", "update"))
    for name in resource.subresources:
        yield _ALL[name]


def verbs(resource: Resource, name: str) -> tuple[str, ...]:
    """Return what can be done with one part, nothing where the resource does not have it."""
    return next((one.verbs for one in of(resource) if one.name == name), ())
