"""The arguments of upstream's deployments, in the forms that Go's programs take."""

import pytest

from keyferry.cli import upstream_forms
from keyferry.model.errors import SpecError

SWITCHES = {"--leader-elect": "--no-leader-elect", "--no-leader-elect": "--leader-elect", "--x": "--no-x"}


@pytest.mark.parametrize(
    ("arguments", "expected", "idle"),
    [
        pytest.param([], [], [], id="none"),
        pytest.param(["--concurrent=1", "--namespace", "a"], ["--concurrent=1", "--namespace", "a"], [], id="shared"),
        pytest.param(["--enable-leader-election"], ["--leader-elect"], [], id="another-name"),
        pytest.param(["--enable-leader-election=true"], ["--leader-elect"], [], id="true"),
        pytest.param(["--enable-leader-election=0"], ["--no-leader-elect"], [], id="false"),
        pytest.param(["--no-leader-elect=false"], ["--leader-elect"], [], id="not-not"),
        pytest.param(["--x=F", "--x=T"], ["--no-x", "--x"], [], id="letters"),
        pytest.param(["--x=maybe"], ["--x=maybe"], [], id="no-truth-value-is-left-to-be-refused"),
        pytest.param(["--loglevel=warn"], ["--log-level=warning"], [], id="warn"),
        pytest.param(["--loglevel", "fatal"], ["--log-level=error"], [], id="the-value-stands-apart"),
        pytest.param(["--loglevel"], ["--log-level="], [], id="no-value"),
        pytest.param(["--log-level=debug"], ["--log-level=debug"], [], id="own-name"),
        pytest.param(["--client-qps", "50", "--x"], ["--x"], ["--client-qps"], id="no-effect-with-its-value-apart"),
        pytest.param(["--client-qps=50"], [], ["--client-qps"], id="no-effect-with-its-value"),
        pytest.param(["--client-qps"], [], ["--client-qps"], id="no-effect-without-its-value"),
        pytest.param(["--enable-flood-gate", "--x"], ["--x"], ["--enable-flood-gate"], id="a-switch-without-effect"),
        pytest.param(["--metrics-secure=false"], [], [], id="no-protection-asked-for"),
    ],
)
def test_says_what_arguments_mean(arguments: list[str], expected: list[str], idle: list[str]) -> None:
    found = upstream_forms.understood(arguments, SWITCHES)
    assert list(found.arguments) == expected
    assert [flag for flag, _ in found.without_effect] == idle
    assert all(reason for _, reason in found.without_effect)


@pytest.mark.parametrize("argument", ["--metrics-secure", "--metrics-auth=true", "--metrics-auth=perhaps"])
def test_refuses_what_promises_protection_that_is_not_there(argument: str) -> None:
    with pytest.raises(SpecError) as caught:
        upstream_forms.understood([argument], SWITCHES)
    assert argument.partition("=")[0] in caught.value.what


@pytest.mark.parametrize(
    ("arguments", "expected", "idle"),
    [
        pytest.param(["--webhook-cert-dir=/certs"], ["--cert-dir=/certs"], [], id="azure-workload-identity"),
        pytest.param(["--disable-cert-rotation", "--x"], ["--x"], ["--disable-cert-rotation"], id="files"),
        pytest.param(["--metrics-backend=prometheus"], [], ["--metrics-backend"], id="metrics"),
        pytest.param(["--arc-cluster=false"], [], [], id="no-arc"),
        pytest.param(["--dns-name", "a.b.svc", "--healthz-addr=:1"], ["--health-addr=:1"], ["--dns-name"], id="eso"),
    ],
)
def test_the_webhooks_of_upstream(arguments: list[str], expected: list[str], idle: list[str]) -> None:
    found = upstream_forms.understood(arguments, SWITCHES, upstream_forms.WEBHOOK)
    assert list(found.arguments) == expected
    assert [flag for flag, _ in found.without_effect] == idle


def test_arc_is_refused() -> None:
    with pytest.raises(SpecError, match="arc-cluster"):
        upstream_forms.understood(["--arc-cluster"], SWITCHES, upstream_forms.WEBHOOK)
