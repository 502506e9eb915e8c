"""What `keyferry sync` does: marks each ExternalSecret, and watches its status until the operator has been there.

The mark is an annotation, so `status.syncedResourceVersion`, which covers annotations, tells when it was taken in.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import typer

from keyferry.cli.output import Output
from keyferry.kube import config
from keyferry.kube.client import Client, Selection
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.model.wellknown import REFRESH_ANNOTATION
from keyferry.runtime.clock import SystemClock
from keyferry.spec import hashes
from keyferry.spec.conditions import READY, ConditionStatus, ExternalSecretStatus, find
from keyferry.sync.kinds import EXTERNAL_SECRETS

POLL_SECONDS: Final = 0.25
AT_ONCE: Final = 32
SYNCED: Final = "synced"
FAILED: Final = "failed"
ASKED: Final = "asked"
WAITING: Final = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which ExternalSecrets: names, or everything of a namespace or of all; `store` narrows it."""

    names: tuple[str, ...] = ()
    namespace: str = ""
    everything: bool = False
    everywhere: bool = False
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one. `message` is its Ready condition's."""

    key: Key
    state: str
    message: str = ""


async def run(wanted: Wanted, kubeconfig: Path | None, context: str | None, wait: float, output: Output) -> int:
    """Refresh what is wanted; return the exit code."""
    cluster = config.load(kubeconfig, context)
    async with Client(cluster, field_manager="keyferry-cli") as client:
        keys = await _keys(client, wanted, wanted.namespace or cluster.namespace)
        if not keys:
            raise NotFound(what="there is nothing to refresh", remedy="see `kubectl get externalsecrets -A`")
        places = asyncio.Semaphore(AT_ONCE)
        told = 0

        async def one(key: Key) -> Outcome:
            nonlocal told
            async with places:
                outcome = await _refresh(client, key, wait)
            told += 1
            if output is Output.TEXT:
                typer.echo(_line(outcome, f"[{told}/{len(keys)}]"))
            return outcome

        outcomes = await asyncio.gather(*(one(key) for key in keys))
    if output is Output.JSON:
        typer.echo(json.dumps([_document(outcome) for outcome in outcomes], indent=2))
    failed = [outcome for outcome in outcomes if outcome.state in (FAILED, WAITING)]
    if failed and output is Output.TEXT:
        print(f"{len(failed)} of {len(outcomes)} could not be refreshed", file=sys.stderr)  # noqa: T201  (to a person)
    return 1 if failed else 0


async def _keys(client: Client, wanted: Wanted, namespace: str) -> list[Key]:
    if wanted.names:
        return [_key(name, namespace) for name in dict.fromkeys(wanted.names)]
    found: list[Key] = []
    selection = Selection(namespace="" if wanted.everywhere else namespace)
    async for page in client.pages(EXTERNAL_SECRETS, selection):
        for item in page.items:
            document = msgspec.json.decode(item)
            if not wanted.store or wanted.store in _stores(document["spec"]):
                found.append(Key(namespace=document["metadata"]["namespace"], name=document["metadata"]["name"]))
    return sorted(found, key=str)


def _key(name: str, namespace: str) -> Key:
    place, slash, alone = name.partition("/")
    if not slash:
        return Key(namespace=namespace, name=name)
    if not place or not alone or "/" in alone:
        raise SpecError(what=f"{name} names no ExternalSecret", remedy="write NAME or NAMESPACE/NAME")
    return Key(namespace=place, name=alone)


def _stores(spec: Mapping[str, Any]) -> Iterable[str]:
    yield spec.get("secretStoreRef", {}).get("name", "")
    for entry in (*spec.get("data", ()), *spec.get("dataFrom", ())):
        yield entry.get("sourceRef", {}).get("storeRef", {}).get("name", "")


async def _refresh(client: Client, key: Key, wait: float) -> Outcome:
    mark = SystemClock().now().isoformat(timespec="microseconds")
    patch = msgspec.json.encode({"metadata": {"annotations": {REFRESH_ANNOTATION: mark}}})
    try:
        marked = msgspec.json.decode(await client.merge_patch(EXTERNAL_SECRETS, key, patch))
        if not wait:
            return Outcome(key=key, state=ASKED)
        return await _followed(client, key, marked, wait)
    except KeyferryError as refusal:
        return Outcome(key=key, state=FAILED, message=str(refusal))


async def _followed(client: Client, key: Key, marked: Mapping[str, Any], wait: float) -> Outcome:
    """Look until the status says that the mark was taken in, or that Ready went false after it."""
    before = ExternalSecretStatus.read(marked)
    now = before
    try:
        async with asyncio.timeout(wait):
            while True:
                document = await client.get(EXTERNAL_SECRETS, key, msgspec.json.decode)
                now = ExternalSecretStatus.read(document)
                if now.synced_resource_version == _version(document):
                    return Outcome(key=key, state=SYNCED, message=_message(now))
                if _has_failed(now) and now != before:
                    return Outcome(key=key, state=FAILED, message=_message(now))
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        state = FAILED if _has_failed(now) else WAITING
        return Outcome(key=key, state=state, message=_message(now) or "no operator has looked at it")


def _version(document: Mapping[str, Any]) -> str:
    metadata = document["metadata"]
    return hashes.synced_resource_version(
        metadata.get("generation", 0), metadata.get("annotations") or {}, metadata.get("labels") or {}
    )


def _has_failed(status: ExternalSecretStatus) -> bool:
    condition = find(status.conditions, READY)
    return condition is not None and condition.status is ConditionStatus.FALSE


def _message(status: ExternalSecretStatus) -> str:
    condition = find(status.conditions, READY)
    return "" if condition is None else condition.message


def _line(outcome: Outcome, count: str) -> str:
    return f"{count} {outcome.key} {outcome.state}" + (f": {outcome.message}" if outcome.state != SYNCED else "")


def _document(outcome: Outcome) -> dict[str, str]:
    key = outcome.key
    return {"namespace": key.namespace, "name": key.name, "state": outcome.state, "message": outcome.message}
