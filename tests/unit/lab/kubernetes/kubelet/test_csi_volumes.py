"""What a driver is told of a volume, and what becomes of its answer."""

import hashlib
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import csi_volumes
from keyferry.lab.kubernetes.kubelet.csi_volumes import TokenWish
from keyferry.lab.kubernetes.objects import Object

POD: Object = {
    "metadata": {"name": "app", "namespace": "shop", "uid": "u-1"},
    "spec": {"serviceAccountName": "api"},
}
INFORMATION = {
    "csi.storage.k8s.io/pod.name": "app",
    "csi.storage.k8s.io/pod.namespace": "shop",
    "csi.storage.k8s.io/pod.uid": "u-1",
    "csi.storage.k8s.io/serviceAccount.name": "api",
    "csi.storage.k8s.io/ephemeral": "true",
}
STATUS = {"token": "t", "expirationTimestamp": "2026-03-01T12:00:00Z"}
TOKENS = '{"a":{"token":"t","expirationTimestamp":"2026-03-01T12:00:00Z"}}'


def driver(**spec: Any) -> Object:
    return {"metadata": {"name": "d"}, "spec": spec}


def volume(**source: Any) -> Object:
    return {"name": "files", "csi": {"driver": "d", **source}}


def publish(described: Object, asked: Object, tokens: dict[str, Object] | None = None) -> csi_volumes.Publish:
    return csi_volumes.publish(
        pod=POD, volume=asked, driver=described, target_path="/t", secrets={"user": "me"}, tokens=tokens or {}
    )


def test_an_id_is_the_hash_of_pod_and_volume() -> None:
    assert csi_volumes.volume_id("u-1", "files") == f"csi-{hashlib.sha256(b'u-1files').hexdigest()}"


@pytest.mark.parametrize(
    ("described", "said"),
    [
        pytest.param(driver(volumeLifecycleModes=["Persistent", "Ephemeral"]), "", id="takes-them"),
        pytest.param(
            None, 'volume mode "Ephemeral" not supported by driver d (no CSIDriver object)', id="no-driver-object"
        ),
        pytest.param(
            driver(volumeLifecycleModes=["Persistent"]),
            'volume mode "Ephemeral" not supported by driver d (only supports ["Persistent"])',
            id="persistent-alone",
        ),
        pytest.param(
            driver(),
            'volume mode "Ephemeral" not supported by driver d (only supports ["Persistent"])',
            id="by-default",
        ),
    ],
)
def test_inline_volumes_need_a_driver_that_takes_them(described: Object | None, said: str) -> None:
    assert csi_volumes.problem(described, "d") == said


@pytest.mark.parametrize(
    ("described", "asked", "context", "secrets"),
    [
        pytest.param(driver(), volume(volumeAttributes={"x": "1"}), {"x": "1"}, {"user": "me"}, id="attributes-alone"),
        pytest.param(driver(), volume(), {}, {"user": "me"}, id="nothing"),
        pytest.param(
            driver(podInfoOnMount=True),
            volume(volumeAttributes={"csi.storage.k8s.io/pod.name": "other"}),
            INFORMATION,
            {"user": "me"},
            id="the-pod-cannot-be-spoofed",
        ),
    ],
)
def test_a_driver_is_told_what_it_asked_for(
    described: Object, asked: Object, context: dict[str, str], secrets: dict[str, str]
) -> None:
    call = publish(described, asked)
    assert (dict(call.context), dict(call.secrets)) == (context, secrets)


@pytest.mark.parametrize(
    ("described", "context", "secrets"),
    [
        pytest.param(driver(), {csi_volumes.TOKENS: TOKENS}, {"user": "me"}, id="in-the-context"),
        pytest.param(
            driver(serviceAccountTokenInSecrets=True),
            {},
            {"user": "me", csi_volumes.TOKENS: TOKENS},
            id="in-the-secrets",
        ),
    ],
)
def test_tokens_go_where_the_driver_wants_them(
    described: Object, context: dict[str, str], secrets: dict[str, str]
) -> None:
    call = publish(described, volume(), {"a": STATUS})
    assert (dict(call.context), dict(call.secrets)) == (context, secrets)


def test_a_call_shows_neither_secrets_nor_tokens() -> None:
    call = publish(driver(), volume(readOnly=True, fsType="tmpfs"), {"a": STATUS})
    assert (call.read_only, call.fs_type) == (True, "tmpfs")
    assert "me" not in repr(call).split("volume_id")[0]
    assert TOKENS not in repr(call)
    assert "user" not in repr(call)


def test_wishes_and_republish_are_read_from_the_driver() -> None:
    described = driver(tokenRequests=[{"audience": "a", "expirationSeconds": 600}, {}], requiresRepublish=True)
    assert csi_volumes.wishes(described) == (TokenWish(audience="a", seconds=600), TokenWish(audience=""))
    assert csi_volumes.is_republished(described)
    assert not csi_volumes.is_republished(driver())


@pytest.mark.parametrize(("context", "sent"), [({"fsGroup": 2000}, "2000"), ({"fsGroup": 0}, "0"), ({}, "")])
def test_the_group_of_a_pod(context: Object, sent: str) -> None:
    assert csi_volumes.group({"spec": {"securityContext": context}}) == sent


@pytest.mark.parametrize(
    ("code", "final"),
    [
        ("INTERNAL", True),
        ("UNKNOWN", True),
        ("PERMISSION_DENIED", True),
        ("CANCELLED", False),
        ("DEADLINE_EXCEEDED", False),
        ("UNAVAILABLE", False),
        ("RESOURCE_EXHAUSTED", False),
        ("ABORTED", False),
    ],
)
def test_some_codes_leave_open_what_happened(code: str, final: bool) -> None:
    assert csi_volumes.is_final(code) is final


@pytest.mark.parametrize(
    ("code", "word"),
    [("INVALID_ARGUMENT", "InvalidArgument"), ("CANCELLED", "Canceled"), ("OK", "OK"), ("UNKNOWN", "Unknown")],
)
def test_codes_are_spelt_as_go_spells_them(code: str, word: str) -> None:
    assert csi_volumes.failure(code, "why") == f"rpc error: code = {word} desc = why"


def test_the_note_beside_a_volume() -> None:
    assert csi_volumes.volume_data(POD, volume(), "node-1") == {
        "driverName": "d",
        "nodeName": "node-1",
        "specVolID": "files",
        "volumeHandle": csi_volumes.volume_id("u-1", "files"),
        "volumeLifecycleMode": "Ephemeral",
    }
