import socket
import stat
import tempfile
from pathlib import Path

import pytest

from keyferry.lab.serve import options
from keyferry.lab.serve.options import FolderError, OptionError, Options


@pytest.mark.parametrize(
    ("bind", "is_loopback", "reachable", "names"),
    [
        pytest.param("127.0.0.1", True, "127.0.0.1", ("localhost", "127.0.0.1"), id="loopback"),
        pytest.param("::1", True, "::1", ("localhost", "127.0.0.1", "::1"), id="loopback-6"),
        pytest.param("10.1.2.3", False, "10.1.2.3", ("localhost", "127.0.0.1", "10.1.2.3"), id="one-address"),
        pytest.param("0.0.0.0", False, "127.0.0.1", ("localhost", "127.0.0.1"), id="all-addresses"),
        pytest.param("::", False, "::1", ("localhost", "127.0.0.1"), id="all-addresses-6"),
    ],
)
def test_what_is_bound_is_reached(bind: str, is_loopback: bool, reachable: str, names: tuple[str, ...]) -> None:
    chosen = Options(bind=bind)
    options.check(chosen)
    assert (chosen.is_loopback, chosen.reachable, chosen.names) == (is_loopback, reachable, names)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param(Options(bind="localhost"), "is no IP address", id="a-name"),
        pytest.param(Options(bind="1.2.3"), "is no IP address", id="half-an-address"),
        pytest.param(Options(issuer_ca="nonsense"), "no certificate in PEM", id="no-certificate"),
        pytest.param(Options(endpoint_ca="nonsense"), "--endpoint-ca", id="no-certificate-of-endpoints"),
        pytest.param(
            Options(issuer_ca="-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----"),
            "no certificate in PEM",
            id="broken-certificate",
        ),
    ],
)
def test_what_cannot_be_followed(wrong: Options, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        options.check(wrong)


def test_an_address_of_another_machine() -> None:
    options.check_bindable("127.0.0.1")
    with pytest.raises(OptionError, match=r"no address 192\.0\.2\.1"):
        options.check_bindable("192.0.2.1")


def test_an_address_that_is_none_for_a_socket() -> None:
    with pytest.raises(socket.gaierror):
        options.check_bindable("nonsense.invalid.")


def test_a_folder_is_its_owners_alone(tmp_path: Path) -> None:
    options.make_folder(tmp_path / "lab")
    assert stat.S_IMODE((tmp_path / "lab").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        pytest.param(Path("/tmp") / ("x" * 100), "too long for a socket", id="too-long"),
        pytest.param(Path("/dev/null/lab"), "cannot be made", id="below-a-file"),
    ],
)
def test_a_folder_that_holds_no_lab(folder: Path, words: str) -> None:
    with pytest.raises(FolderError, match=words):
        options.make_folder(folder)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    options.write(tmp_path / "a", "first")
    options.write(tmp_path / "a", "second")
    assert (tmp_path / "a").read_text() == "second"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    with pytest.raises(OptionError, match="cannot be written"):
        options.write(tmp_path / "none" / "a", "text")


def test_nodes_lie_in_the_labs_folder_unless_their_sockets_would_be_too_deep(tmp_path: Path) -> None:
    assert options.nodes_folder(Path("/l")) == Path("/l/nodes")
    deep = options.nodes_folder(tmp_path / ("x" * 60))
    assert deep.parent == Path(tempfile.gettempdir())
    assert deep != options.nodes_folder(tmp_path / ("x" * 60)), "two labs do not share it"
    assert not deep.exists()
