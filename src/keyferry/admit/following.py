"""Keeps what advice knows in step with the cluster. A kind that is not installed is looked for again, quietly.

Needs "list" and "watch" in the whole cluster on externalsecrets, secretstores and clustersecretstores of
external-secrets.io and on secretproviderclasses of secrets-store.csi.x-k8s.io; without, advice knows less.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
import structlog

from keyferry.admit import watched
from keyferry.admit.known import Known
from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Pace, Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.model.wellknown import ES_GROUP, SECRETS_STORE_GROUP, SECRETS_STORE_VERSION

AGAIN: Final = timedelta(minutes=2)
PACE: Final = Pace(longest_wait=timedelta(minutes=5))  # each try that fails is a line in the log
_VERSIONS: Final = ("v1", "v1beta1")  # clusters of older releases serve the second alone

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind to follow: where it is served, what is kept of each object, and where."""

    group: str
    versions: tuple[str, ...]
    name: str
    decode: Callable[[bytes | msgspec.Raw], Any]
    sink: Store[Any]
    metadata_only: bool = False


def kinds(known: Known) -> tuple[Kind, ...]:
    """Return the kinds that `known` wants to hear of."""
    classes = (SECRETS_STORE_GROUP, (SECRETS_STORE_VERSION,), "SecretProviderClass")
    return (
        _kind((ES_GROUP, _VERSIONS, "ExternalSecret"), watched.external_secret, known.external_secrets),
        _kind((ES_GROUP, _VERSIONS, "SecretStore"), watched.vault_of, known.stores),
        _kind((ES_GROUP, _VERSIONS, "ClusterSecretStore"), watched.vault_of, known.cluster_stores),
        _kind(classes, objects.partial, known.classes, metadata_only=True),
    )


async def follow(client: Client, kind: Kind, again: timedelta = AGAIN) -> None:
    """Keep `kind.sink` in step until cancelled; nothing that the API server says ends it."""
    is_told = False
    while True:
        resource = await _served(client, kind)
        if resource is not None:
            selection = Selection(metadata_only=kind.metadata_only)
            await Reflector(client, resource, kind.decode, kind.sink, selection=selection, pace=PACE).run()
        if not is_told:
            _LOG.info("advice.kind_not_served", kind=kind.name, group=kind.group)
            is_told = True
        await asyncio.sleep(again.total_seconds())


async def _served(client: Client, kind: Kind) -> Resource | None:
    for version in kind.versions:
        try:
            found = await client.served(f"{kind.group}/{version}")
        except NotFound:
            continue
        except (KeyferryError, msgspec.MsgspecError):
            return None
        for resource in found:
            if resource.kind == kind.name:
                return resource
    return None


def _kind(
    place: tuple[str, tuple[str, ...], str],
    decode: Callable[[bytes | msgspec.Raw], Any],
    sink: Store[Any],
    *,
    metadata_only: bool = False,
) -> Kind:
    group, versions, name = place
    return Kind(group=group, versions=versions, name=name, decode=decode, sink=sink, metadata_only=metadata_only)
