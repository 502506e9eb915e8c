import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.mount.protobuf.csi_pb2 import VolumeCapability
from keyferry.mount.rpc import request_checks
from keyferry.mount.rpc.request_checks import InvalidRequest
from tests.fakes import csi_requests


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(csi_requests.VOLUME_ID, id="kubelets"),
        pytest.param("x" * 128, id="as-long-as-may-be"),
        pytest.param("grün ..x", id="any-letters"),
    ],
)
def test_takes_volume_ids(value: str) -> None:
    request_checks.volume_id(value)


@pytest.mark.parametrize("value", ["", "x" * 129, "ü" * 65, "a/b", ".", "..", "a\0b", "a\nb", "a\x1bb", "a\u2028b"])
def test_refuses_volume_ids(value: str) -> None:
    with pytest.raises(InvalidRequest, match="volume_id"):
        request_checks.volume_id(value)


@pytest.mark.parametrize("value", [csi_requests.TARGET, "/" + "x" * 255, "/a" * 2047, "/a/..b/c.", "/ü"])
def test_takes_paths(value: str) -> None:
    request_checks.path(value, "target_path")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("", "names no target_path", id="none"),
        pytest.param("var/lib", "not absolute", id="relative"),
        pytest.param("/", "empty parts", id="the-root"),
        pytest.param("/a/../b", "empty parts", id="up"),
        pytest.param("/a/./b", "empty parts", id="here"),
        pytest.param("/a//b", "empty parts", id="double-slash"),
        pytest.param("/a/", "empty parts", id="slash-at-the-end"),
        pytest.param("/a\0b", "control", id="nul"),
        pytest.param("/a\nb", "control", id="line-break"),
        pytest.param("/" + "ü" * 128, "too long", id="long-part-in-bytes"),
        pytest.param("/a" * 2048, "too long", id="long-path"),
    ],
)
def test_refuses_paths(value: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=text):
        request_checks.path(value, "target_path")


@pytest.mark.parametrize("value", ["kv", "a.b-c", "0", "x" * 253])
def test_takes_names(value: str) -> None:
    request_checks.object_name(value, "name")


@pytest.mark.parametrize("value", ["", "KV", "a/b", "a_b", "-a", "a-", "kv\n", "x" * 254, "..", "a b"])
def test_refuses_names(value: str) -> None:
    with pytest.raises(InvalidRequest):
        request_checks.object_name(value, "name")


@pytest.mark.parametrize(
    ("value", "group"),
    [
        pytest.param("", None, id="none"),
        pytest.param("0", 0, id="root"),
        pytest.param("4294967294", 2**32 - 2, id="the-highest"),
    ],
)
def test_takes_groups(value: str, group: int | None) -> None:
    assert request_checks.group(value) == group


@pytest.mark.parametrize("value", ["-1", "4294967295", "1e3", " 1", "staff", "٣", "1\n", "99999999999"])
def test_refuses_groups(value: str) -> None:
    with pytest.raises(InvalidRequest, match="volume_mount_group"):
        request_checks.group(value)


def test_bounds_what_is_sent() -> None:
    request_checks.attributes({"objects": "x" * 2**19})
    with pytest.raises(InvalidRequest, match="volume_context"):
        request_checks.attributes({"objects": "x" * 2**20})
    request_checks.secrets({"a": "x" * 2**20})
    with pytest.raises(InvalidRequest, match="secrets"):
        request_checks.secrets({"a": "x" * 2**21})


def test_takes_mounts_and_no_devices() -> None:
    request_checks.mount_volume(csi_requests.capability())
    request_checks.mount_volume(VolumeCapability())
    with pytest.raises(InvalidRequest, match="block"):
        request_checks.mount_volume(VolumeCapability(block=VolumeCapability.BlockVolume()))


@given(text=st.text().map(lambda text: f"!{text}hunter2"))
def test_never_quotes_what_it_refuses(text: str) -> None:
    for check in (request_checks.path, request_checks.object_name, request_checks.uid):
        with pytest.raises(InvalidRequest) as refusal:
            check(text, "field")
        assert "hunter2" not in str(refusal.value)
