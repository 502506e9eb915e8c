"""The certificate follows its files; what is broken leaves the one that was good."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from keyferry.admit.certificates import registrations
from keyferry.admit.certificates.folder import FolderCertificates
from keyferry.admit.certificates.key_pair import CERTIFICATE, KEY
from keyferry.admit.certificates.observe import Observer
from keyferry.admit.certificates.readiness import Readiness
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.kube.wire.objects import Key
from tests.fakes.certificates import key_pair
from tests.fakes.handshakes import certificate_shown
from tests.fakes.kube_api import Fault
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient
from tests.fakes.webhook_certificates import HOSTS, REGISTRATION, SERVICE, Cluster
from tests.fakes.webhook_certificates import made as made_held


def put(folder: Path, name: str) -> None:
    certificate, key = key_pair(name)
    (folder / CERTIFICATE).write_bytes(certificate)
    (folder / KEY).write_bytes(key)


def made(folder: Path, clock: OffsetClock) -> FolderCertificates:
    return FolderCertificates(folder, clock, None, Readiness(Key(namespace="keyferry", name="webhook"), "webhook.svc"))


@pytest.fixture
def certificates(tmp_path: Path) -> FolderCertificates:
    return made(tmp_path, OffsetClock())


async def test_waits_for_the_files_and_takes_them(certificates: FolderCertificates, tmp_path: Path) -> None:
    await certificates.look()
    assert "not in" in certificates.problem
    (tmp_path / CERTIFICATE).write_text("half written")
    await certificates.look()
    assert certificates.problem
    (tmp_path / KEY).write_text("half written")
    with capture_logs() as logs:
        await certificates.look()
        assert "no PEM certificate" in certificates.problem
        put(tmp_path, "first")
        await certificates.look()
        assert certificates.problem == ""
        await certificates.look()
        put(tmp_path, "second")
        (tmp_path / KEY).write_text("broken")
        await certificates.look()
    assert certificates.problem == "", "the one that was good still serves"
    assert [entry["event"] for entry in logs] == ["certificate.unusable", "certificate.loaded", "certificate.unusable"]


@pytest.mark.parametrize("half", [pytest.param(CERTIFICATE, id="new-certificate"), pytest.param(KEY, id="new-key")])
async def test_half_a_renewal_leaves_the_good_pair_in_service(
    certificates: FolderCertificates, tmp_path: Path, half: str
) -> None:
    put(tmp_path, "first")
    with capture_logs():
        await certificates.look()
        first = certificate_shown(certificates.context)
        before = {name: (tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)}
        put(tmp_path, "second")
        after = {name: (tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)}
        for name, text in (before | {half: after[half]}).items():
            (tmp_path / name).write_bytes(text)
        await certificates.look()
        assert certificate_shown(certificates.context) == first
        put(tmp_path, "third")
        await certificates.look()
    assert certificate_shown(certificates.context) != first


async def test_says_when_it_has_ended(tmp_path: Path) -> None:
    clock = OffsetClock()
    certificates = made(tmp_path, clock)
    put(tmp_path, "first")
    with capture_logs():
        await certificates.look()
    assert certificates.problem == ""
    clock.advance(timedelta(days=365 * 80))
    assert "ended" in certificates.problem


async def test_keeps_looking(certificates: FolderCertificates, tmp_path: Path) -> None:
    put(tmp_path, "first")
    with capture_logs():
        looking = asyncio.create_task(certificates.keep_looking())
        async with patient():
            while certificates.problem:  # noqa: ASYNC110  (it looks in a thread)
                await asyncio.sleep(0.01)
    looking.cancel()


async def test_it_is_ready_when_api_servers_would_take_it(tmp_path: Path) -> None:
    async with Cluster.open() as cluster:
        watched = FolderCertificates(
            tmp_path, cluster.clock, Observer(cluster.client, REGISTRATION), Readiness(SERVICE, HOSTS[0])
        )
        there = put_for(tmp_path, cluster.clock.now())
        with capture_logs() as logs:
            await watched.look()
            assert watched.problem == "", "what is not registered keeps nobody waiting"
            cluster.register()
            cluster.later(minutes=1)
            await watched.look()
            assert watched.problem == (
                "by MutatingWebhookConfiguration mutate an API server refuses the certificate: it has no caBundle"
            )
            for resource, name in ((MUTATING, "mutate"), (VALIDATING, "validate")):
                document = cluster.world.get(resource, Key(name=name))
                body = registrations.with_bundle(document, SERVICE, there)
                await cluster.client.replace(resource, Key(name=name), body or b"")
            await watched.look()
            assert watched.problem == ""
            asked = len(cluster.api.seen)
            await watched.look()
            assert len(cluster.api.seen) == asked, "once a minute, while all is well"
            cluster.later(minutes=1)
            cluster.api.faults.append(Fault(status=400, reason="BadRequest", verb="get"))
            put_for(tmp_path, cluster.clock.now())
            await watched.look()
            assert "unable to get local issuer certificate" in watched.problem, "another authority's"
    told = [entry["event"] for entry in logs]
    assert told.count("webhook.not_registered") == 2


def put_for(folder: Path, now: datetime) -> bytes:
    """Put a certificate for the Service in place; return its authority."""
    there = made_held(now)
    (folder / CERTIFICATE).write_bytes(there.pair.chain_pem)
    (folder / KEY).write_bytes(there.pair.key_pem.reveal())
    return there.bundle_pem
