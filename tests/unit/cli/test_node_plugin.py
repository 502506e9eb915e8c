from pathlib import Path

from keyferry.cli import node_plugin
from tests.fakes import command_line


def test_every_flag_that_it_gives_exists() -> None:
    given = node_plugin.arguments("node-1", Path("/n"), Path("/k"))
    shown = command_line.run("node", "--help").output
    assert given[0] == "node"
    assert [flag for flag in given if flag.startswith("--") and flag not in shown] == []
    assert "unix:///n/plugins/keyferry/csi.sock" in given


def test_the_driver_asks_kubelet_for_tokens_and_new_calls() -> None:
    spec = node_plugin.CSI_DRIVER["spec"]
    assert [each["audience"] for each in spec["tokenRequests"]] == [
        "api://AzureADTokenExchange",
        "api://AKSIdentityBinding",
    ]
    assert spec["requiresRepublish"]
    assert spec["podInfoOnMount"]


def test_plain_directories_are_for_where_nothing_can_be_mounted() -> None:
    given = node_plugin.arguments("node-1", Path("/n"), Path("/k"))
    assert ("--without-tmpfs" in given) is bool(node_plugin.why_plain())
