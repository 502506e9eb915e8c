"""The files of volumes that a kubelet writes itself."""

import base64
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelet import content
from keyferry.lab.kubernetes.kubelet.content import File, Incomplete
from keyferry.lab.kubernetes.kubelet.csi_volumes import TokenWish
from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object

SECRET: Object = {
    "kind": "Secret",
    "data": {"a": base64.b64encode(b"1").decode(), "b": base64.b64encode(b"2").decode()},
}
CONFIG: Object = {"kind": "ConfigMap", "data": {"a": "1"}, "binaryData": {"raw": base64.b64encode(b"\xff").decode()}}
WISH = TokenWish(audience="x", seconds=3600)
TOKEN: Object = {"sources": [{"serviceAccountToken": {"path": "token", "audience": "x"}}]}


def lookup(reference: Reference) -> Object | None:
    return {("secrets", "s"): SECRET, ("configmaps", "c"): CONFIG}.get((reference.kind, reference.name))


def pod(*, users: tuple[int | None, ...] = (None,), **context: Any) -> Object:
    containers = [{"name": f"c{index}", "securityContext": {"runAsUser": user}} for index, user in enumerate(users)]
    spec = {"containers": containers, "securityContext": context}
    return {"metadata": {"name": "app", "namespace": "shop"}, "spec": spec}


def files(volume: Object, of: Object | None = None) -> dict[str, tuple[bytes, int]]:
    found = content.files(of or pod(), {"name": "v", **volume}, lookup, {WISH: "jwt"})
    return {path: (file.content, file.mode) for path, file in found.items()}


@pytest.mark.parametrize(
    ("volume", "found"),
    [
        pytest.param({"secret": {"secretName": "s"}}, {"a": (b"1", 0o644), "b": (b"2", 0o644)}, id="secret"),
        pytest.param(
            {"secret": {"secretName": "s", "defaultMode": 0o400, "items": [{"key": "a", "path": "x/y"}]}},
            {"x/y": (b"1", 0o400)},
            id="items",
        ),
        pytest.param(
            {"secret": {"secretName": "s", "items": [{"key": "a", "path": "x", "mode": 0o440}]}},
            {"x": (b"1", 0o440)},
            id="a-mode-of-its-own",
        ),
        pytest.param(
            {"secret": {"secretName": "s", "optional": True, "items": [{"key": "no", "path": "x"}]}},
            {},
            id="optional-key",
        ),
        pytest.param({"secret": {"secretName": "no", "optional": True}}, {}, id="optional"),
        pytest.param({"configMap": {"name": "c"}}, {"a": (b"1", 0o644), "raw": (b"\xff", 0o644)}, id="config-map"),
        pytest.param(
            {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}, "mode": 0o600}]}},
            {"n": (b"app", 0o600)},
            id="downward",
        ),
        pytest.param({"downwardAPI": None}, {}, id="empty-downward"),
        pytest.param({"projected": TOKEN}, {"token": (b"jwt", 0o644)}, id="token"),
        pytest.param(
            {"projected": {"defaultMode": 0o400, "sources": [{"secret": {"name": "s"}}, {"configMap": {"name": "c"}}]}},
            {"a": (b"1", 0o400), "b": (b"2", 0o400), "raw": (b"\xff", 0o400)},
            id="projected",
        ),
    ],
)
def test_files(volume: Object, found: dict[str, tuple[bytes, int]]) -> None:
    assert files(volume) == found


@pytest.mark.parametrize(
    ("of", "mode"),
    [
        pytest.param(pod(users=(1000, 1000)), 0o600, id="one-user"),
        pytest.param(pod(users=(1000, 1001)), 0o644, id="several-users"),
        pytest.param(pod(fsGroup=2000), 0o640, id="group"),
    ],
)
def test_a_token_is_for_its_owner(of: Object, mode: int) -> None:
    assert files({"projected": TOKEN}, of) == {"token": (b"jwt", mode)}


def test_the_group_may_read() -> None:
    assert files(
        {"secret": {"secretName": "s", "defaultMode": 0o400, "items": [{"key": "a", "path": "a"}]}}, pod(fsGroup=7)
    ) == {"a": (b"1", 0o440)}


@pytest.mark.parametrize(
    ("volume", "why"),
    [
        pytest.param({"secret": {"secretName": "no"}}, 'secret "no" not found', id="secret"),
        pytest.param({"configMap": {"name": "no"}}, 'configmap "no" not found', id="config-map"),
        pytest.param(
            {"secret": {"secretName": "s", "items": [{"key": "no", "path": "x"}]}},
            "references non-existent secret key: no",
            id="key",
        ),
        pytest.param(
            {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "x"}}]}},
            "unsupported fieldPath: x",
            id="field",
        ),
        pytest.param(
            {"projected": {"sources": [{"clusterTrustBundle": {}}]}},
            "no projected source clusterTrustBundle",
            id="kind",
        ),
    ],
)
def test_what_is_missing_is_named(volume: Object, why: str) -> None:
    with pytest.raises(Incomplete, match=why):
        files(volume)


def test_kinds_of_volumes() -> None:
    assert content.is_made_of_files({"name": "v", "configMap": {}})
    assert not content.is_made_of_files({"name": "v", "emptyDir": {}})
    assert content.plugin({"name": "v", "downwardAPI": {}}) == "downward-api"
    assert content.wishes({"projected": TOKEN}) == (WISH,)
    assert content.wishes({"secret": {}}) == ()


def test_a_file_does_not_show_what_is_in_it() -> None:
    assert "s3cret" not in repr(File(content=b"s3cret", mode=0o600))
