import pytest
from google.protobuf.message import Message

from keyferry.mount.protobuf import csi_pb2, provider_pb2
from keyferry.mount.rpc import redaction
from tests.fakes import csi_requests

HIDDEN = "hunter2"
CONTEXT = {"objects": HIDDEN, csi_requests.TOKENS_KEY: csi_requests.tokens(token=HIDDEN)}


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param(
            csi_requests.publish(CONTEXT, secrets={"clientsecret": HIDDEN}), {"clientsecret", "objects"}, id="publish"
        ),
        pytest.param(csi_requests.unpublish(), {csi_requests.VOLUME_ID, csi_requests.TARGET}, id="unpublish"),
        pytest.param(
            csi_pb2.NodeStageVolumeRequest(volume_id="v", staging_target_path="/s", secrets={"a": HIDDEN}),
            {"v", "/s"},
            id="stage",
        ),
        pytest.param(csi_pb2.NodeUnstageVolumeRequest(volume_id="v", staging_target_path="/s"), {"/s"}, id="unstage"),
        pytest.param(
            provider_pb2.MountRequest(attributes=HIDDEN, secrets=HIDDEN, target_path="/t"), {"/t"}, id="mount"
        ),
        pytest.param(
            provider_pb2.MountResponse(files=[provider_pb2.File(path="db", contents=HIDDEN.encode())]),
            {"db"},
            id="files",
        ),
        pytest.param(csi_pb2.ProbeRequest(), set(), id="nothing-to-tell"),
    ],
)
def test_tells_names_and_no_values(message: Message, told: set[str]) -> None:
    text = " ".join(redaction.describe(message).values())
    assert all(word in text for word in told)
    assert HIDDEN not in text


def test_tells_how_many_names_it_leaves_out() -> None:
    wire = csi_requests.publish(secrets={f"k{number:02}": "" for number in range(40)})
    assert redaction.describe(wire)["secrets"].endswith("k31 and 8 more")


def test_bounds_what_it_tells() -> None:
    assert len(redaction.describe(csi_requests.publish(volume_id="x" * 5000))["volume_id"]) < 300
