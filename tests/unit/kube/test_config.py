import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.kube import config
from keyferry.kube.config import ClientCertificate, ExecPlugin, TokenFile
from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue

Write = Callable[..., Path]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a kubeconfig with one context out of the fields of its cluster and user."""

    def written(
        cluster: dict[str, Any] | None = None,
        user: dict[str, Any] | None = None,
        name: str = "config",
        context: dict[str, Any] | None = None,
    ) -> Path:
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "preferences": {},
            "current-context": "main",
            "contexts": [{"name": "main", "context": {"cluster": "c", "user": "u", **(context or {})}}],
            "clusters": [{"name": "c", "cluster": {"server": "https://api.corp:6443", **(cluster or {})}}],
            "users": [{"name": "u", "user": user or {}}],
        }
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))
        return path

    return written


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration of this machine is found."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_server_namespace_and_token(write: Write) -> None:
    path = write({"server": "https://rancher/k8s/clusters/c-1/"}, {"token": "t"}, context={"namespace": "app"})
    loaded = config.load(path)
    assert (loaded.server, loaded.namespace) == ("https://rancher/k8s/clusters/c-1", "app")
    assert loaded.credential == SecretValue(b"t")
    assert loaded.origin == f"context main of {path}"


def test_defaults(write: Write) -> None:
    loaded = config.load(write())
    assert (loaded.namespace, loaded.credential, loaded.certificate, loaded.ca_pem) == ("default", None, None, b"")


def test_files_are_relative_to_the_kubeconfig(write: Write, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "ca.pem").write_bytes(b"CA")
    (tmp_path / "deep" / "crt.pem").write_bytes(b"CRT")
    (tmp_path / "key.pem").write_bytes(b"KEY")
    loaded = config.load(
        write(
            {"certificate-authority": "../ca.pem", "tls-server-name": "kube", "proxy-url": "http://proxy:1"},
            {"client-certificate": "crt.pem", "client-key": str(tmp_path / "key.pem"), "tokenFile": "token"},
            name="deep/config",
        ),
    )
    assert loaded.ca_pem == b"CA"
    assert loaded.certificate == ClientCertificate(certificate_pem=b"CRT", key_pem=SecretValue(b"KEY"))
    assert loaded.credential == TokenFile(path=tmp_path / "deep" / "token")
    assert (loaded.server_name, loaded.proxy_url) == ("kube", "http://proxy:1")


def test_data_wins_over_files(write: Write) -> None:
    loaded = config.load(
        write(
            {"certificate-authority": "missing", "certificate-authority-data": encoded("CA")},
            {"client-certificate-data": encoded("CRT"), "client-key-data": encoded("KEY"), "client-key": "missing"},
        ),
    )
    assert loaded.ca_pem == b"CA"
    assert loaded.certificate == ClientCertificate(certificate_pem=b"CRT", key_pem=SecretValue(b"KEY"))


def test_a_token_file_wins_over_a_token(write: Write, tmp_path: Path) -> None:
    loaded = config.load(write(user={"token": "t", "tokenFile": "/run/token"}))
    assert loaded.credential == TokenFile(path=Path("/run/token"))


def test_impersonation(write: Write) -> None:
    loaded = config.load(write(user={"token": "t", "as": "jane", "as-groups": ["a", "b"], "as-uid": "7"}))
    assert loaded.impersonation == (
        ("Impersonate-User", "jane"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b"),
        ("Impersonate-Uid", "7"),
    )


def test_exec_plugin(write: Write, tmp_path: Path) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "./bin/login",
        "args": ["get-token"],
        "env": [{"name": "PASSWORD", "value": "hunter2"}],
        "installHint": "install it",
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x"}}
    cluster = {"certificate-authority-data": encoded("CA"), "extensions": [{"name": "other"}, extension]}
    loaded = config.load(write(cluster, {"exec": plugin}))
    assert isinstance(loaded.credential, ExecPlugin)
    assert loaded.credential.command == str(tmp_path / "bin" / "login")
    assert loaded.credential.arguments == ("get-token",)
    assert loaded.credential.cluster_info == {
        "server": "https://api.corp:6443",
        "certificate-authority-data": b"CA",
        "config": {"audience": "x"},
    }
    assert "hunter2" not in repr(loaded)


def test_a_bare_command_is_searched_on_the_path(write: Write) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "kubelogin"}
    loaded = config.load(write(user={"exec": plugin}))
    assert isinstance(loaded.credential, ExecPlugin)
    assert (loaded.credential.command, loaded.credential.cluster_info) == ("kubelogin", None)


def test_several_files_of_the_environment_are_merged(
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = tmp_path / "first"
    first.write_text("current-context: main\nusers: [{name: u, user: {token: from-first}}]\n")
    second = write(user={"token": "from-second"}, name="second")
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'missing'}:{first}::{second}")
    loaded = config.load()
    assert loaded.server == "https://api.corp:6443"
    assert loaded.credential == SecretValue(b"from-first")


def test_the_file_of_the_home_folder_is_the_last_resort(write: Write) -> None:
    write(user={"token": "home"}, name="home/.kube/config")
    assert config.load().credential == SecretValue(b"home")


@pytest.mark.parametrize(
    ("host", "server"),
    [
        pytest.param("10.96.0.1", "https://10.96.0.1:6443", id="v4"),
        pytest.param("fd00::1", "https://[fd00::1]:6443", id="v6"),
    ],
)
def test_in_a_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, server: str) -> None:
    for name, content in (("token", "t"), ("ca.crt", "CA"), ("namespace", "keyferry\n")):
        (tmp_path / name).write_text(content)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    loaded = config.in_cluster(tmp_path)
    assert (loaded.server, loaded.namespace, loaded.ca_pem) == (server, "keyferry", b"CA")
    assert loaded.credential == TokenFile(path=tmp_path / "token")


def test_in_a_pod_without_a_namespace_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.crt").write_text("CA")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "api")
    loaded = config.in_cluster(tmp_path)
    assert (loaded.server, loaded.namespace) == ("https://api:443", "default")


@pytest.mark.parametrize(
    ("cluster", "user", "problem"),
    [
        pytest.param({"server": "api.corp:6443"}, {}, "server is not an http", id="no-scheme"),
        pytest.param({"server": "https://api.corp:port"}, {}, "server is not an http", id="bad-port"),
        pytest.param({"server": "https://"}, {}, "server is not an http", id="no-host"),
        pytest.param({"proxy-url": "socks5://proxy"}, {}, "proxy-url is not an http", id="socks"),
        pytest.param(
            {"insecure-skip-tls-verify": True, "certificate-authority": "x"}, {}, "contradicts", id="insecure-with-ca"
        ),
        pytest.param({"certificate-authority": "missing.pem"}, {}, "cannot read", id="no-ca-file"),
        pytest.param({}, {"auth-provider": {"name": "azure"}}, "auth-provider", id="auth-provider"),
        pytest.param({}, {"username": "u", "password": "hunter2"}, "username", id="basic"),
        pytest.param({}, {"client-certificate-data": encoded("C")}, "client-key is missing", id="no-key"),
        pytest.param({}, {"client-key-data": encoded("K")}, "client-certificate is missing", id="no-certificate"),
        pytest.param({}, {"exec": {"command": "x"}}, "exec.apiVersion is not", id="exec-without-version"),
        pytest.param(
            {},
            {"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "x"}},
            "exec.apiVersion is not",
            id="exec-too-old",
        ),
        pytest.param({}, {"exec": {"apiVersion": "client.authentication.k8s.io/v1"}}, "exec.command", id="no-command"),
    ],
)
def test_what_is_wrong_is_named(write: Write, cluster: dict[str, Any], user: dict[str, Any], problem: str) -> None:
    with pytest.raises(SpecError, match=problem) as caught:
        config.load(write(cluster, user))
    assert caught.value.remedy
    assert caught.value.where is not None
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("a: [hunter2", "line 2", id="no-yaml"),
        pytest.param("\x00", "cannot be read", id="no-text"),
    ],
)
def test_what_is_no_yaml(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(SpecError, match="not YAML") as caught:
        config.load(path)
    assert problem in caught.value.cause
    assert "hunter2" not in str(caught.value)


def test_files_that_do_not_exist_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SpecError, match=r"home/.kube/config"):
        config.load()
    with pytest.raises(SpecError, match="nowhere"):
        config.load(tmp_path / "nowhere")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "elsewhere"))
    with pytest.raises(SpecError, match="elsewhere"):
        config.load()


def test_values_are_never_shown(write: Write) -> None:
    loaded = config.load(
        write(user={"token": "hunter2", "client-key-data": encoded("KEY"), "client-certificate-data": encoded("C")})
    )
    assert "hunter2" not in repr(loaded)
    assert "KEY" not in repr(loaded)
