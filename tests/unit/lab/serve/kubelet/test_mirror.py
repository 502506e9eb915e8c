"""A collection as it is, through changes and after streams that end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from keyferry.lab.serve.kubelet.cluster import Cluster
from keyferry.lab.serve.kubelet.mirror import Key, Mirror
from tests.fakes.kubelet_node import kubelet_node, until
from tests.fakes.kubernetes_cluster import SECRETS, secret


@asynccontextmanager
async def mirrored(cluster: Cluster, path: str, fields: str = "") -> AsyncIterator[tuple[Mirror, list[Key]]]:
    told: list[Key] = []
    mirror = Mirror(cluster, path, fields=fields, changed=told.append)
    running = asyncio.create_task(mirror.run())
    await mirror.filled.wait()
    try:
        yield mirror, told
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def names(mirror: Mirror) -> list[str]:
    return [name for _, name in mirror.objects]


async def test_follows_what_comes_changes_and_goes() -> None:
    async with kubelet_node() as cluster:
        admin = cluster.admin
        await admin.post(SECRETS, secret("a"))
        async with mirrored(admin, SECRETS) as (mirror, told):
            assert names(mirror) == ["a"]
            await admin.post(SECRETS, secret("b"))
            await until(lambda: names(mirror) == ["a", "b"])
            await admin.send("DELETE", f"{SECRETS}/a")
            await until(lambda: names(mirror) == ["b"])
            assert told == [("default", "a"), ("default", "b"), ("default", "a")]


async def test_sees_only_what_its_fields_choose() -> None:
    async with kubelet_node() as cluster:
        await cluster.admin.post(SECRETS, secret("a"))
        await cluster.admin.post(SECRETS, secret("b"))
        async with mirrored(cluster.admin, SECRETS, "metadata.name=b") as (mirror, _):
            assert names(mirror) == ["b"]


async def test_a_stream_that_ends_is_opened_again() -> None:
    async with kubelet_node() as cluster, mirrored(cluster.admin, SECRETS) as (mirror, told):
        cluster.clock.advance(timedelta(hours=1))  # longer than a stream lasts
        await cluster.admin.post(SECRETS, secret("a"))
        await until(lambda: told == [("default", "a")] * 2)
        assert names(mirror) == ["a"]


async def test_what_went_while_nobody_could_tell_is_gone() -> None:
    async with kubelet_node() as cluster:
        await cluster.admin.post(SECRETS, secret("a"))
        async with mirrored(cluster.admin, SECRETS) as (mirror, told):
            await cluster.admin.send("DELETE", f"{SECRETS}/a")
            await cluster.admin.post(SECRETS, secret("b"))
            cluster.api.store.journal(("", "secrets")).compact(cluster.api.store.revision)
            await until(lambda: names(mirror) == ["b"])
            assert told == [("default", "a"), ("default", "b"), ("default", "a")]
