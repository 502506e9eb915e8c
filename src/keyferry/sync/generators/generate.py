"""Asks the generator that a reference means. Each call makes new values: nothing is remembered, nothing is watched.

Called while an ExternalSecret or PushSecret is refreshed, never at rest. Needs "get" on the generators' kinds.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, assert_never

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.spec.generators import document
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.spec.generators.document import CLUSTER, Fake, Generator, Uuid
from keyferry.spec.generators.password import Password
from keyferry.sync.generators import kinds
from keyferry.sync.generators.passwords import passwords


class GeneratorReference(Protocol):
    """A `generatorRef`. `api_version` is the generators' own where the document names none."""

    @property
    def api_version(self) -> str:
        """Group and version."""
        ...

    @property
    def kind(self) -> str:
        """Kind of the generator."""
        ...

    @property
    def name(self) -> str:
        """Its name; a ClusterGenerator has no namespace, all others are of the namespace that asks."""
        ...


class Chance(Protocol):
    """What cannot be foreseen, fit for secrets; the module `secrets` has this form."""

    def randbelow(self, exclusive_upper_bound: int, /) -> int:
        """Return a number from 0 up to and without the bound, each as likely as the others."""
        ...

    def token_bytes(self, nbytes: int, /) -> bytes:
        """Return so many bytes."""
        ...


class Logins(Protocol):
    """Where logins for registries come from."""

    async def login(self, wanted: AcrAccessToken, namespace: str, where: Where) -> Mapping[str, bytes]:
        """Return `username` and `password` for what an object of `namespace` asks for."""
        ...


class ForeignGenerator(SpecError):
    """The generator names another operator's controller class: whoever refers to it is that operator's business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    generator: Generator
    where: Where


class Generators:
    """Answers for one operator process. `controller_class` is its own."""

    def __init__(self, client: Client, logins: Logins, chance: Chance, controller_class: str) -> None:
        self._client = client
        self._logins = logins
        self._chance = chance
        self._controller_class = controller_class

    async def generate(self, reference: GeneratorReference, namespace: str) -> Mapping[str, bytes]:
        """Return new values for an object of `namespace`. Secrets: they go nowhere but into the target.

        Raises NotFound where there is no such generator, SpecError where it is wrong or of a kind that keyferry does
        not run, ForeignGenerator where it is another operator's, and what a registry's login may raise.
        """
        found = await self._find(reference, namespace)
        match found.generator:
            case Password() as wanted:
                return passwords(wanted, self._chance.randbelow)
            case Uuid():
                return {"uuid": str(uuid.UUID(bytes=self._chance.token_bytes(16), version=4)).encode()}
            case Fake() as fake:
                self._check_class(fake, found.where)
                return {key: value.encode() for key, value in fake.data}
            case AcrAccessToken() as wanted:
                return await self._logins.login(wanted, namespace, found.where)
            case _:
                assert_never(found.generator)

    async def _find(self, reference: GeneratorReference, namespace: str) -> _Found:
        document.check_kind(reference.api_version, reference.kind)
        resource = kinds.RESOURCES[reference.kind]
        key = Key(namespace="" if reference.kind == CLUSTER else namespace, name=reference.name)
        where = Where(kind=reference.kind, namespace=key.namespace, name=key.name)
        try:
            found = await self._client.get(resource, key, _decoded)
        except NotFound:
            raise NotFound(
                what=f"{reference.kind} {key} does not exist",
                cause="a generatorRef names it",
                remedy="create it, or correct the generatorRef",
                where=where,
            ) from None
        return _Found(generator=document.parse(found, reference.kind), where=where)

    def _check_class(self, fake: Fake, where: Where) -> None:
        if fake.controller in ("", self._controller_class):
            return
        raise ForeignGenerator(
            what=f"Fake {where.namespace}/{where.name} is for another operator",
            cause=f"its spec.controller is not {self._controller_class}",
            remedy="remove spec.controller, or leave it to that operator",
            where=where,
        )


def _decoded(body: bytes) -> Mapping[str, object]:
    found: dict[str, object] = msgspec.json.decode(body, type=dict[str, object])
    return found
