import pytest

from keyferry.model.errors import SpecError
from keyferry.mount.rpc import endpoints


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        pytest.param("unix:///csi/csi.sock", "/csi/csi.sock", id="plain"),
        pytest.param("unix://tmp/csi.sock", "/tmp/csi.sock", id="as-upstream-reads-it"),
        pytest.param("UNIX:///csi/csi.sock", "/csi/csi.sock", id="in-any-case"),
        pytest.param("unix:////csi/csi.sock", "/csi/csi.sock", id="one-slash-more"),
        pytest.param("unix:///" + "x" * 106, "/" + "x" * 106, id="as-long-as-may-be"),
    ],
)
def test_reads_where_a_socket_lies(endpoint: str, path: str) -> None:
    assert endpoints.socket_path(endpoint, "--endpoint") == path


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        pytest.param("", "only unix sockets", id="nothing"),
        pytest.param("unix://", "only unix sockets", id="no-path"),
        pytest.param("unix:/csi/csi.sock", "only unix sockets", id="another-spelling"),
        pytest.param("/csi/csi.sock", "only unix sockets", id="a-path"),
        pytest.param("tcp://127.0.0.1:9000", r"only unix sockets.*--endpoint", id="a-port"),
        pytest.param("unix:///csi/../etc/x", "empty parts", id="up"),
        pytest.param("unix:///csi/", "empty parts", id="a-folder"),
        pytest.param("unix:///csi\0", "control characters", id="nul"),
        pytest.param("unix:///" + "ü" * 54, "at most 107 bytes", id="too-long-in-bytes"),
    ],
)
def test_refuses_other_addresses(endpoint: str, text: str) -> None:
    with pytest.raises(SpecError, match=text):
        endpoints.socket_path(endpoint, "--endpoint")


def test_a_path_of_a_folder_and_a_name_is_checked_too() -> None:
    assert endpoints.checked("/registration/x-reg.sock", "--registration-dir") == "/registration/x-reg.sock"
    with pytest.raises(SpecError, match=r"not absolute.*--registration-dir"):
        endpoints.checked("registration/x-reg.sock", "--registration-dir")
