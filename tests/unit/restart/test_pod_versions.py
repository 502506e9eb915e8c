"""What the pods of a workload have mounted."""

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.restart import pod_versions
from keyferry.restart.kinds import DAEMON_SETS, DEPLOYMENTS, ROLLOUTS, STATEFUL_SETS
from keyferry.restart.pod_versions import PodVersions, pods_of
from keyferry.restart.seen import Marker
from keyferry.restart.state import Absent, Known, Rollout, Source, SourceKind, Terms, Unsettled, Workload

MARKER = Marker(b"k" * 32)
WEB = Workload(
    resource=DAEMON_SETS,
    key=Key(namespace="app", name="web"),
    uid="u",
    resource_version="1",
    watched={Source(SourceKind.CLASS, "kv"): Terms.ALWAYS},
    seen=None,
    rollout=Rollout(),
)


def status(pod: str, version: str, *, stale: bool = False) -> PodVersions:
    return PodVersions(namespace="app", pod=pod, class_name="kv", versions=(("secret/db", version),), is_stale=stale)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param([], Absent, id="no-pod"),
        pytest.param([status("another-bbbbb", "v1")], Absent, id="another-workloads-pod"),
        pytest.param([status("web-bbbbb", "v1"), status("web-ccccc", "v1")], Known, id="they-agree"),
        pytest.param([status("web-bbbbb", "v1"), status("web-ccccc", "v2")], Unsettled, id="one-went-ahead"),
        pytest.param([status("web-bbbbb", "v1", stale=True), status("web-ccccc", "v2")], Known, id="one-cannot-follow"),
        pytest.param([status("web-bbbbb", "v1", stale=True)], Unsettled, id="none-can-follow"),
    ],
)
def test_a_class_is_known_where_the_pods_agree(statuses: list[PodVersions], expected: type) -> None:
    assert type(pod_versions.reading(WEB, "kv", statuses, MARKER)) is expected


def test_the_mark_follows_the_versions_and_says_them() -> None:
    one, other = (pod_versions.reading(WEB, "kv", [status("web-bbbbb", version)], MARKER) for version in ("v1", "v2"))
    assert isinstance(one, Known)
    assert isinstance(other, Known)
    assert one.mark != other.mark
    assert (one.versions, other.versions) == ("secret/db/v1", "secret/db/v2")


LONG = "a" * 60


@pytest.mark.parametrize(
    ("resource", "name", "pod", "expected"),
    [
        pytest.param(DEPLOYMENTS, "web", "web-7d9f8c6b54-2xkcd", True, id="deployment"),
        pytest.param(ROLLOUTS, "web", "web-7d9f8c6b54-2xkcd", True, id="rollout"),
        pytest.param(DEPLOYMENTS, "web", "web-api-2xkcd", False, id="daemons-of-a-longer-name"),
        pytest.param(DEPLOYMENTS, "web", "web-api-7d9f8c6b54-2xkcd", False, id="deployment-of-a-longer-name"),
        pytest.param(DEPLOYMENTS, "web", "web-29301840-2xkcd", False, id="cron-job-of-the-same-name"),
        pytest.param(DEPLOYMENTS, "a.b", "axb-7d9f8c6b54-2xkcd", False, id="a-dot-is-a-dot"),
        pytest.param(DEPLOYMENTS, "a" * 50, f"{'a' * 50}-7d9f8c62xkcd", True, id="cut-in-the-hash"),
        pytest.param(DEPLOYMENTS, LONG, f"{'a' * 58}2xkcd", True, id="cut-in-the-name"),
        pytest.param(STATEFUL_SETS, "web", "web-10", True, id="set"),
        pytest.param(STATEFUL_SETS, "web", "web-7d9f8c6b54-2xkcd", False, id="no-set"),
        pytest.param(DAEMON_SETS, "web", "web-2xkcd", True, id="daemons"),
        pytest.param(DAEMON_SETS, LONG, f"{'a' * 58}2xkcd", True, id="daemons-cut"),
    ],
)
def test_pods_are_known_by_their_names(resource: Resource, name: str, pod: str, expected: bool) -> None:
    assert (pods_of(resource, name).fullmatch(pod) is not None) is expected


def test_a_status_is_read() -> None:
    document = {
        "metadata": {"name": "x", "namespace": "app", "annotations": {"keyferry.io/problem": "the vault is away"}},
        "status": {
            "podName": "web-bbbbb",
            "secretProviderClassName": "kv",
            "objects": [{"id": "secret/db", "version": "v1"}],
        },
    }
    assert pod_versions.decode(msgspec.json.encode(document)) == status("web-bbbbb", "v1", stale=True)
