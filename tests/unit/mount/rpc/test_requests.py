from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from keyferry.model.secrets import SecretValue
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import requests
from keyferry.mount.rpc.request_checks import InvalidRequest
from keyferry.mount.state import PodRef, PodToken
from tests.fakes import csi_requests

Wire = csi_pb2.NodePublishVolumeRequest


def changed(change: Callable[[Wire], object]) -> Wire:
    wire = csi_requests.publish()
    change(wire)
    return wire


def test_takes_what_kubelet_sends() -> None:
    wire = csi_requests.publish({"usePodIdentity": "false"}, secrets={"clientsecret": "hunter2"}, group="2000")
    assert requests.publish_request(wire) == requests.PublishRequest(
        volume_id=csi_requests.VOLUME_ID,
        target_path=csi_requests.TARGET,
        class_name="kv",
        pod=PodRef(namespace="payments", name="api-0", uid="1b2c", service_account="api"),
        attributes={"secretProviderClass": "kv", "usePodIdentity": "false", **csi_requests.POD},
        secrets={"clientsecret": SecretValue(b"hunter2")},
        group=2000,
    )


@pytest.mark.parametrize(
    ("context", "secrets", "audiences"),
    [
        pytest.param({csi_requests.TOKENS_KEY: csi_requests.tokens("a", "b")}, {}, {"a", "b"}, id="from-the-context"),
        pytest.param({}, {csi_requests.TOKENS_KEY: csi_requests.tokens("a")}, {"a"}, id="from-the-secrets"),
        pytest.param(
            {csi_requests.TOKENS_KEY: csi_requests.tokens("pod-author")},
            {csi_requests.TOKENS_KEY: csi_requests.tokens("kubelet")},
            {"kubelet"},
            id="secrets-first-for-a-pod-author-may-write-the-context",
        ),
        pytest.param({}, {}, set(), id="none"),
    ],
)
def test_takes_tokens(context: dict[str, str], secrets: dict[str, str], audiences: set[str]) -> None:
    request = requests.publish_request(csi_requests.publish(context, secrets={"user": "x", **secrets}))
    assert set(request.tokens) == audiences
    assert all(
        token == PodToken(token=SecretValue(csi_requests.TOKEN.encode()), expires=datetime(2026, 11, 22, 7, tzinfo=UTC))
        for token in request.tokens.values()
    )
    assert csi_requests.TOKENS_KEY not in {*request.attributes, *request.secrets}
    assert set(request.secrets) == {"user"}


def test_believes_no_pod_but_the_one_whose_folder_the_target_is_in() -> None:
    forged = {"csi.storage.k8s.io/pod.uid": "made-up", "csi.storage.k8s.io/pod.namespace": "victim"}
    with pytest.raises(InvalidRequest, match="another pod's") as refusal:
        requests.publish_request(csi_requests.publish(forged))
    assert "podInfoOnMount: true" in refusal.value.remedy
    assert requests.publish_request(csi_requests.publish(forged, target="/any/form")).pod.uid == "made-up"


def without(key: str) -> Callable[[Wire], object]:
    return lambda wire: wire.volume_context.pop(key)


def setting(field: str, value: object) -> Callable[[Wire], object]:
    return lambda wire: setattr(wire, field, value)


def blocked(wire: Wire) -> None:
    wire.volume_capability.block.SetInParent()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        pytest.param(lambda wire: wire.Clear(), "no volume_capability", id="nothing-at-all"),
        pytest.param(lambda wire: wire.ClearField("volume_capability"), "no volume_capability", id="no-capability"),
        pytest.param(setting("volume_id", ""), "no volume_id", id="no-volume-id"),
        pytest.param(setting("target_path", ""), "no target_path", id="no-target"),
        pytest.param(lambda wire: wire.volume_context.clear(), "podInfoOnMount", id="no-context"),
        pytest.param(setting("readonly", False), "not read-only", id="writable"),
        pytest.param(blocked, "a block device is asked for", id="block-device"),
        pytest.param(without("secretProviderClass"), "names no SecretProviderClass", id="no-class"),
        pytest.param(
            lambda wire: wire.volume_context.update(secretProviderClass="../kv"),
            "secretProviderClass is not a name",
            id="class-is-a-path",
        ),
        pytest.param(without("csi.storage.k8s.io/pod.name"), "no csi.storage.k8s.io/pod.name", id="no-pod"),
        pytest.param(without("csi.storage.k8s.io/pod.namespace"), "pod.namespace", id="no-namespace"),
        pytest.param(without("csi.storage.k8s.io/pod.uid"), "pod.uid", id="no-uid"),
        pytest.param(
            lambda wire: wire.volume_context.update({"csi.storage.k8s.io/pod.uid": "../1"}),
            "pod.uid is not a uid",
            id="uid-is-a-path",
        ),
        pytest.param(
            lambda wire: wire.volume_context.update({"csi.storage.k8s.io/serviceAccount.name": "Default"}),
            "serviceAccount.name is not a name",
            id="account",
        ),
        pytest.param(
            lambda wire: wire.secrets.update({"a": "x" * 2**21}), "secrets is not accepted", id="secrets-too-large"
        ),
        pytest.param(
            lambda wire: wire.volume_context.update({csi_requests.TOKENS_KEY: "{"}),
            "serviceAccount.tokens is not accepted",
            id="tokens",
        ),
        pytest.param(
            lambda wire: wire.volume_capability.MergeFrom(csi_requests.capability(group="staff")),
            "volume_mount_group",
            id="group",
        ),
    ],
)
def test_refuses_before_anything_is_done(change: Callable[[Wire], object], text: str) -> None:
    with pytest.raises(InvalidRequest, match=text):
        requests.publish_request(changed(change))


def test_a_volume_may_name_no_service_account() -> None:
    wire = changed(without("csi.storage.k8s.io/serviceAccount.name"))
    assert requests.publish_request(wire).pod.service_account == ""


def test_the_first_thing_missing_is_told() -> None:
    wire = Wire(volume_capability=csi_requests.capability())
    with pytest.raises(InvalidRequest, match="volume_id"):
        requests.publish_request(wire)
    wire.volume_id = "v"
    with pytest.raises(InvalidRequest, match="target_path"):
        requests.publish_request(wire)


def test_takes_an_unpublish() -> None:
    assert requests.unpublish_request(csi_requests.unpublish()) == requests.UnpublishRequest(
        volume_id=csi_requests.VOLUME_ID,
        target_path=csi_requests.TARGET,
    )


@pytest.mark.parametrize(
    ("volume_id", "target", "text"),
    [
        pytest.param("", "/x", "volume_id", id="no-volume-id"),
        pytest.param("v", "", "target_path", id="no-target"),
        pytest.param("v", "/x/../y", "target_path", id="path-trick"),
    ],
)
def test_refuses_an_unpublish(volume_id: str, target: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=text):
        requests.unpublish_request(csi_requests.unpublish(target, volume_id))


def test_staging_is_checked() -> None:
    wire = csi_pb2.NodeStageVolumeRequest()
    for field, value in (("volume_id", "v"), ("staging_target_path", "/s"), ("volume_capability", None)):
        with pytest.raises(InvalidRequest, match=field):
            requests.check_stage(wire)
        if value is not None:
            setattr(wire, field, value)
    wire.volume_capability.CopyFrom(csi_requests.capability())
    requests.check_stage(wire)


def test_unstaging_is_checked() -> None:
    wire = csi_pb2.NodeUnstageVolumeRequest()
    for field, value in (("volume_id", "v"), ("staging_target_path", "/s")):
        with pytest.raises(InvalidRequest, match=field):
            requests.check_unstage(wire)
        setattr(wire, field, value)
    requests.check_unstage(wire)
