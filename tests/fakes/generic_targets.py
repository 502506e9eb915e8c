"""ExternalSecrets whose target is a ConfigMap or a custom resource, and what is there of it, from a default case."""

import json
from collections.abc import Mapping
from typing import Any

from keyferry.kube.wire.resources import CONFIG_MAPS, Resource
from keyferry.spec import hashes
from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import schedule
from keyferry.sync.rendering.engine import Compiled, Engine
from keyferry.sync.state import Failed, Read, Snapshot, Sources, Values
from keyferry.sync.targets import content, wire
from keyferry.sync.targets.state import LiveTarget, RenderedTarget, Scene
from keyferry.template.functions.function import Surroundings
from tests.fakes.external_secrets import NOW, bundle, external, parsed

APPS = Resource(group="example.com", version="v1", plural="apps", kind="App")
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
APP = {"apiVersion": "example.com/v1", "kind": "App"}
MANAGER = hashes.field_manager("db")
OURS = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "name": "db",
    "uid": "u-es",
    "controller": True,
    "blockOwnerDeletion": True,
}
THEIRS = OURS | {"kind": "Certificate", "apiVersion": "cert-manager.io/v1", "name": "web", "uid": "u-cert"}
EMPTY_STATUS = ExternalSecretStatus()


def spec(manifest: Mapping[str, Any], fields: Mapping[str, Any] | None = None, **target: Any) -> ExternalSecret:
    """The ExternalSecret app/db with this target, and these deviations of its spec."""
    return parsed(external({"target": {"name": "db", "manifest": manifest, **target}, **(fields or {})}))


def live(fields: Mapping[str, Any], **metadata: Any) -> LiveTarget:
    """An object app/db."""
    own = {"name": "db", "namespace": "app", "uid": "u-target", "resourceVersion": "3", **metadata}
    return wire.live(json.dumps({"metadata": own, **fields}).encode(), MANAGER)


def scene(
    there: LiveTarget | None = None,
    resource: Resource = CONFIG_MAPS,
    status: ExternalSecretStatus = EMPTY_STATUS,
    settled: str = "",
    **metadata: Any,
) -> Scene:
    """What is there for the ExternalSecret app/db."""
    watched = external(None, status.to_document(), **metadata)
    snapshot = Snapshot(external=watched, secret=None, settled=settled)
    return Scene(snapshot=snapshot, resource=resource, live=there)


def synced(spec: ExternalSecret) -> ExternalSecretStatus:
    """The status of one that was synced now."""
    return ExternalSecretStatus(refresh_time=NOW, synced_resource_version=schedule.version_of(spec))


def made(
    spec: ExternalSecret,
    *reads: Read,
    sources: Sources | None = None,
    there: LiveTarget | None = None,
    fallbacks: tuple[str, ...] = (),
) -> RenderedTarget | Failed:
    """What is rendered of these reads; of the value `s3cret` where there are none."""
    values = Values(data_from=(), data=reads or (bundle("s3cret"),), sources=sources or {}, at=NOW, fallbacks=fallbacks)
    return content.rendered(spec, values, Engine(Compiled(), Surroundings()), there)


def rendered(spec: ExternalSecret, *reads: Read, **more: Any) -> RenderedTarget:
    """The same, where it must not fail."""
    found = made(spec, *reads, **more)
    assert isinstance(found, RenderedTarget), found
    return found
