"""Wakes whoever looks after the certificate when its Secret or a configuration that leads here has changed.

Needs "list" and "watch" on the one Secret and on the named configurations; metadata alone is read.
"""

import asyncio
from collections.abc import Iterator

from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.admit.certificates.settings import Registration
from keyferry.kube.client import Client, Selection
from keyferry.kube.watch import Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import SECRETS, Resource


class Wake:
    """A sink that keeps nothing: whatever happens sets the event."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def applied(self, _key: Key, _value: PartialObject, /) -> None:
        """It is there, and may be another than before."""
        self._event.set()

    def deleted(self, _key: Key, /) -> None:
        """It is gone."""
        self._event.set()

    def undecodable(self, _key: Key, _problem: str, /) -> None:
        """It is there; who reads it by name will say what is wrong with it."""
        self._event.set()

    def synced(self) -> None:
        """Everything was told, which was looked at before."""


def reflectors(
    client: Client, secret: Key, registration: Registration, event: asyncio.Event
) -> Iterator[Reflector[PartialObject]]:
    """Yield one for each object, by its name: so a role need not let the process see others."""
    yield _reflector(client, SECRETS, secret, event)
    for name in registration.mutating:
        yield _reflector(client, MUTATING, Key(name=name), event)
    for name in registration.validating:
        yield _reflector(client, VALIDATING, Key(name=name), event)


def _reflector(client: Client, resource: Resource, key: Key, event: asyncio.Event) -> Reflector[PartialObject]:
    selection = Selection(namespace=key.namespace, field_selector=f"metadata.name={key.name}", metadata_only=True)
    return Reflector(client, resource, objects.partial, Wake(event), selection=selection)
