"""`keyferry webhook` says what it cannot do, and has its flags."""

from pathlib import Path

import pytest

from tests.fakes import command_line


def test_a_wrong_address_ends_with_code_2(tmp_path: Path) -> None:
    ended = command_line.run(
        "webhook", "--cert-dir", str(tmp_path), "--address", "nowhere", "--metrics-addr", "127.0.0.1:0"
    )
    assert ended.code == 2
    assert "is not an address" in ended.lines[0]


def test_help_has_flags_and_an_example() -> None:
    shown = command_line.run("webhook", "--help").output
    assert all(
        flag in shown for flag in ("--cert-dir", "--address", "--certificate-secret", "keyferry webhook --cert-dir")
    )


UPSTREAM = {
    "azure-workload-identity": (
        "--webhook-cert-dir=/certs",
        "--disable-cert-rotation=true",
        "--metrics-backend=prometheus",
        "--metrics-addr=127.0.0.1:0",
        "--health-addr=127.0.0.1:0",
        "--audience=api://AzureADTokenExchange",
        "--log-level=info",
    ),
    "external-secrets": (
        "--port=10250",
        "--dns-name=external-secrets-webhook.external-secrets.svc",
        "--cert-dir=/tmp/certs",
        "--check-interval=5m",
        "--metrics-addr=127.0.0.1:0",
        "--healthz-addr=127.0.0.1:0",
        "--loglevel=info",
        "--zap-time-encoding=epoch",
    ),
}


@pytest.mark.parametrize("arguments", UPSTREAM.values(), ids=UPSTREAM)
def test_upstreams_arguments_are_taken(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = command_line.run("webhook", *arguments, "--kubeconfig", str(tmp_path / "none"))
    assert ended.code == 2
    assert "does not exist" in ended.errors  # the kubeconfig, which is read last
    assert "flag.without_effect" in ended.errors


def test_a_file_of_subjects_that_is_none_ends_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:9'}}]\n"
        "contexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {}}]\ncurrent-context: a\n"
    )
    given = ("--kubeconfig", str(tmp_path / "config"), "--advise", "--subjects", str(tmp_path / "none"))
    ended = command_line.run("webhook", *given, "--metrics-addr", "127.0.0.1:0")
    assert ended.code == 2
    assert "correct --subjects" in ended.errors
