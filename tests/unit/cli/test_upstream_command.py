"""Commands with the arguments of upstream's deployments."""

from pathlib import Path

import pytest

from tests.fakes import command_line

CHART = ("--concurrent=1", "--metrics-addr=:0", "--loglevel=info", "--zap-time-encoding=epoch")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="as-the-chart-has-it"),
        pytest.param(
            (
                "--enable-leader-election=true",
                "--leader-election-id=mine",
                "--enable-cluster-store-reconciler=false",
                "--enable-cluster-external-secret-reconciler=false",
                "--enable-cluster-push-secret-reconciler=false",
                "--enable-push-secret-reconciler=false",
                "--enable-secret-store-reconciler=false",
                "--store-requeue-interval=1m",
                "--controller-class=mine",
                "--live-addr=:0",
            ),
            id="with-all-that-it-can-set",
        ),
    ],
)
def test_upstreams_arguments_are_taken(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = command_line.run("operator", "--kubeconfig", str(tmp_path / "none"), *CHART, *arguments)
    assert ended.code == 2
    assert "does not exist" in ended.errors  # the kubeconfig, which is read last
    assert "--zap-time-encoding" in ended.errors
    assert "RFC 3339" in ended.errors


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        pytest.param("--enable-vault-token-cache=true", "--enable-vault-token-cache", id="another-provider's"),
        pytest.param("--metrics-auth", "plain HTTP", id="protection-that-is-not-there"),
        pytest.param("--store-requeue-interval=soon", "soon", id="no-duration"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, argument: str, words: str) -> None:
    (tmp_path / "config").write_text("{}")
    ended = command_line.run("operator", "--kubeconfig", str(tmp_path / "config"), argument)
    assert ended.code == 2
    assert words in ended.errors
    assert "Traceback" not in ended.errors


def test_the_help_tells_upstreams_flags_apart() -> None:
    shown = command_line.run("operator", "--help").output
    assert "As External Secrets Operator has them" in shown
    assert "--no-enable-push-secret-reconciler" in shown
