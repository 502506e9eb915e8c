"""The webhook's own certificate: made, shared, trusted, renewed, and never shown before it is trusted."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from structlog.typing import EventDict

from keyferry.admit.certificates import held, registrations
from keyferry.admit.certificates.own import OwnCertificates
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, Resource
from tests.fakes.handshakes import certificate_shown
from tests.fakes.kube_api import Fault
from tests.fakes.kube_world import Json
from tests.fakes.webhook_certificates import OURS, REGISTRATION, SECRET, SERVICE, Cluster, configuration, entry, made


@pytest_asyncio.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with Cluster.open() as opened:
        yield opened


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured
    assert "PRIVATE" not in json.dumps(captured)


async def settled(cluster: Cluster, *replicas: OwnCertificates) -> None:
    """Let the replicas look, and again once API servers have had time to hear of it."""
    for _ in range(3):
        for replica in replicas:
            await replica.look()
        cluster.later(seconds=3)


async def test_replicas_share_what_the_first_one_made(cluster: Cluster) -> None:
    cluster.register()
    one, two = cluster.replica(), cluster.replica()
    assert "has not been read" in one.problem
    await asyncio.gather(one.look(), two.look())
    assert certificate_shown(one.context) == certificate_shown(two.context)
    assert "it has no caBundle" in one.problem, "it was not seen yet that API servers trust it"
    await settled(cluster, one, two)
    assert (one.problem, two.problem) == ("", "")
    assert cluster.bundles() == cluster.bundles(VALIDATING, "validate") == (cluster.held().bundle_pem,)
    stored = cluster.world.stored(SECRETS, SECRET)
    assert stored is not None
    assert stored["type"] == "kubernetes.io/tls"
    assert stored["data"].keys() == {"ca.crt", "ca.key", "tls.crt", "tls.key"}


async def test_clocks_that_differ_by_less_than_an_hour_agree(cluster: Cluster, logs: list[EventDict]) -> None:
    cluster.register()
    ahead, behind = cluster.replica(minutes=50), cluster.replica()
    await settled(cluster, ahead, behind)
    assert (ahead.problem, behind.problem) == ("", "")
    assert [entry["event"] for entry in logs].count("certificate.made") == 1


async def test_a_clock_that_is_far_ahead_is_outvoted_once(cluster: Cluster, logs: list[EventDict]) -> None:
    cluster.register()
    ahead, behind = cluster.replica(hours=5), cluster.replica()
    await settled(cluster, ahead, behind, ahead)
    assert (ahead.problem, behind.problem) == ("", "")
    assert certificate_shown(ahead.context) == certificate_shown(behind.context)
    assert [entry["event"] for entry in logs].count("certificate.made") == 2


async def test_it_is_ready_where_nothing_is_registered_yet(cluster: Cluster, logs: list[EventDict]) -> None:
    one = cluster.replica()
    await one.look()
    assert one.problem == ""
    assert [entry["event"] for entry in logs].count("webhook.not_registered") == 2


async def reset(cluster: Cluster, resource: Resource, name: str) -> None:
    """Let somebody write another authority."""
    document = cluster.world.get(resource, Key(name=name))
    body = registrations.with_bundle(document, SERVICE, made(cluster.clock.now()).bundle_pem)
    await cluster.client.replace(resource, Key(name=name), body or b"")


async def test_whoever_resets_the_bundle_is_corrected(cluster: Cluster, logs: list[EventDict]) -> None:
    cluster.register()
    one = cluster.replica()
    await settled(cluster, one)
    await reset(cluster, MUTATING, "mutate")
    await one.look()
    assert one.problem == "", "the other configuration leads here as before"
    assert (logs[-1]["event"], logs[-1]["configuration"]) == (
        "certificate.not_trusted",
        "MutatingWebhookConfiguration mutate",
    )
    await one.look()
    for resource, name in ((MUTATING, "mutate"), (VALIDATING, "validate")):
        assert cluster.bundles(resource, name) == (cluster.held().bundle_pem,)
        await reset(cluster, resource, name)
    await one.look()
    assert "unable to get local issuer certificate" in one.problem, "nobody would be served"
    await one.look()
    assert one.problem == ""
    assert cluster.bundles() == (cluster.held().bundle_pem,)


async def test_a_new_certificate_of_the_same_authority_is_shown_at_once(cluster: Cluster) -> None:
    cluster.register()
    one, two = cluster.replica(), cluster.replica()
    await settled(cluster, one, two)
    before = certificate_shown(one.context)
    cluster.later(days=276)
    await one.look()
    await two.look()
    assert certificate_shown(one.context) == certificate_shown(two.context) != before
    assert (one.problem, two.problem) == ("", "")


async def test_a_new_authority_is_trusted_before_its_certificate_is_shown(cluster: Cluster) -> None:
    cluster.register()
    one, two = cluster.replica(), cluster.replica()
    await settled(cluster, one, two)
    before, old = certificate_shown(one.context), cluster.held()
    cluster.world.remove(SECRETS, SECRET)
    await one.look()
    new = cluster.held()
    assert new.authorities[1:] == old.authorities
    assert cluster.bundles() == (new.bundle_pem,), "both are trusted from now on"
    for replica in (one, two):
        await replica.look()
        assert certificate_shown(replica.context) == before, "some API server may not have heard of it"
        assert replica.problem == ""
    cluster.later(seconds=3)
    for replica in (one, two):
        await replica.look()
        assert certificate_shown(replica.context) != before
        assert replica.problem == ""
    cluster.later(days=1)
    await settled(cluster, one, two)
    assert cluster.held().authorities == new.authorities[:1], "the old one is forgotten"
    assert cluster.bundles() == (new.authorities[0],)
    assert (one.problem, two.problem) == ("", "")


async def test_an_authority_is_renewed_in_time(cluster: Cluster) -> None:
    cluster.register()
    one = cluster.replica()
    await settled(cluster, one)
    for _ in range(14):
        cluster.later(days=276)
        await settled(cluster, one)
        assert one.problem == ""


async def test_an_old_certificate_that_has_ended_waits_for_nobody(cluster: Cluster) -> None:
    cluster.register()
    one = cluster.replica()
    await settled(cluster, one)
    cluster.later(days=366)
    assert "ended at" in one.problem
    await one.look()
    assert one.problem == ""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"tls.crt": "", "tls.key": ""}, id="emptied"),
        pytest.param({"tls.crt": "bWluZQ==", "ca.crt": "bWluZQ=="}, id="edited"),
    ],
)
async def test_what_somebody_spoilt_is_made_anew(cluster: Cluster, data: Json, logs: list[EventDict]) -> None:
    cluster.register()
    one = cluster.replica()
    await settled(cluster, one)
    there = cluster.world.get(SECRETS, SECRET)
    there["data"].update(data)
    await cluster.client.replace(SECRETS, SECRET, json.dumps(there).encode())
    cluster.later(seconds=10)
    await settled(cluster, one)
    assert one.problem == ""
    warned = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [entry["event"] for entry in warned] == ["certificate.made"]
    assert "cannot be used" in warned[0]["because"]


async def test_a_secret_of_somebody_else_is_left_alone(cluster: Cluster) -> None:
    metadata = {"name": SECRET.name, "namespace": SECRET.namespace}
    theirs = cluster.world.seed(
        SECRETS, {"metadata": metadata, "type": held.TYPE, "data": {"tls.crt": "", "tls.key": ""}}
    )
    one = cluster.replica()
    await settled(cluster, one)
    assert "was not made by the webhook, and is left as it is" in one.problem
    assert cluster.world.stored(SECRETS, SECRET) == theirs
    cluster.world.remove(SECRETS, SECRET)
    await one.look()
    assert one.problem == ""


async def test_a_fight_with_somebody_is_told_and_slow(cluster: Cluster, logs: list[EventDict]) -> None:
    one = cluster.replica()
    await one.look()
    cluster.world.remove(SECRETS, SECRET)
    await one.look()
    assert cluster.world.stored(SECRETS, SECRET) is None
    assert "right after a certificate was made" in logs[-1]["cause"]
    assert one.problem == "", "what is shown is as good as before"
    cluster.later(seconds=10)
    await one.look()
    assert cluster.world.stored(SECRETS, SECRET) is not None


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=400, reason="BadRequest", verb="get"), id="no-answer"),
        pytest.param(Fault(status=403, reason="Forbidden", verb="create", plural="secrets"), id="no-right"),
        pytest.param(Fault(status=200, verb="get", plural="secrets", body=b"[]"), id="nonsense"),
    ],
)
async def test_a_failure_is_said_and_tried_again(cluster: Cluster, fault: Fault, logs: list[EventDict]) -> None:
    cluster.register()
    one = cluster.replica()
    cluster.api.faults.append(fault)
    await one.look()
    assert one.problem
    assert "certificate.not_kept" in [entry["event"] for entry in logs]
    cluster.api.faults.clear()
    await settled(cluster, one)
    assert one.problem == ""


async def test_one_configuration_that_cannot_be_written_does_not_keep_others_from_it(cluster: Cluster) -> None:
    cluster.register()
    one = cluster.replica()
    cluster.api.faults.append(Fault(status=403, reason="Forbidden", verb="update", plural=MUTATING.plural))
    cluster.api.faults.append(Fault(status=409, reason="Conflict", verb="update", plural=VALIDATING.plural))
    await one.look()
    assert cluster.bundles() == (b"",)
    assert certificate_shown(one.context)
    assert "mutate an API server refuses the certificate: it has no caBundle (" in one.problem
    assert "update mutatingwebhookconfigurations" in one.problem, "why that cannot be mended is said, too"
    await settled(cluster, one)
    assert one.problem == ""
    assert cluster.bundles(VALIDATING, "validate") == (cluster.held().bundle_pem,)


async def test_without_the_right_to_see_a_configuration_nobody_becomes_ready(cluster: Cluster) -> None:
    cluster.register()
    one, two = cluster.replica(), cluster.replica()
    await settled(cluster, one)
    forbidden = Fault(status=403, reason="Forbidden", verb="get", plural=MUTATING.plural)
    for replica in (one, two):
        cluster.api.faults.append(forbidden)
        await replica.look()
    assert one.problem == "", "it has seen it, and stays as it was"
    assert two.problem.startswith("MutatingWebhookConfiguration mutate: it cannot be read")
    await settled(cluster, two)
    assert two.problem == ""


async def test_what_cert_manager_writes_is_left_to_it(cluster: Cluster) -> None:
    document = configuration("mutate", entry("mutate"))
    document["metadata"]["annotations"] = {"cert-manager.io/inject-ca-from": "keyferry/keyferry-webhook"}
    cluster.world.seed(MUTATING, document)
    one = cluster.replica()
    await settled(cluster, one)
    assert cluster.bundles() == (b"",)
    assert "is written by cert-manager" in one.problem


async def test_somebody_who_always_changes_the_secret_is_named(cluster: Cluster) -> None:
    one = cluster.replica()
    await one.look()
    cluster.later(days=276)
    cluster.api.faults.extend([Fault(status=409, reason="Conflict", verb="update", plural="secrets")] * 5)
    before = certificate_shown(one.context)
    await one.look()
    assert certificate_shown(one.context) == before
    await one.look()
    assert certificate_shown(one.context) != before


async def test_without_its_namespace_it_says_so(cluster: Cluster) -> None:
    cluster.world.remove(NAMESPACES, Key(name=SECRET.namespace))
    one = cluster.replica()
    await one.look()
    assert one.problem.startswith("there is no namespace keyferry")


async def test_keeps_looking(cluster: Cluster) -> None:
    one = cluster.replica()
    looking = asyncio.create_task(one.keep_looking())
    await cluster.api.until(lambda: cluster.world.stored(SECRETS, SECRET) is not None)
    cluster.register()

    def trusted() -> bool:
        return cluster.bundles() == cluster.bundles(VALIDATING, "validate") == (cluster.held().bundle_pem,)

    await cluster.api.until(trusted)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert {resource.plural for resource in OURS} <= {seen.path.split("/")[-1] for seen in cluster.api.seen}
    assert REGISTRATION.secret == str(SECRET)


@given(st.lists(st.integers(min_value=0, max_value=4), min_size=1, max_size=12), st.booleans())
@settings(deadline=None, max_examples=8)
def test_whoever_looks_when_all_come_to_show_the_same(order: list[int], deletes: bool) -> None:
    """Replicas that look one after another and at once, around a deletion, share one certificate in the end."""

    async def play() -> None:
        async with Cluster.open() as cluster:
            cluster.register()
            replicas = [cluster.replica() for _ in range(5)]
            for number, index in enumerate(order):
                if deletes and number == len(order) // 2 and cluster.world.stored(SECRETS, SECRET) is not None:
                    cluster.world.remove(SECRETS, SECRET)
                    cluster.later(seconds=10)
                await asyncio.gather(replicas[index].look(), replicas[index - 1].look())
            await settled(cluster, *replicas)
            assert len({certificate_shown(replica.context) for replica in replicas}) == 1
            assert [replica.problem for replica in replicas] == [""] * 5
            assert cluster.bundles() == (cluster.held().bundle_pem,)

    asyncio.run(play())
