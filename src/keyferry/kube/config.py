"""Which API server to speak to, and as whom: a kubeconfig, or the pod's own ServiceAccount.

The order is controller-runtime's: the file given, else `KUBECONFIG` (several files merged), else the pod's own
ServiceAccount, else `~/.kube/config`. Files are read once here; tokens are read again by `credentials`.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from keyferry.kube import yaml_documents
from keyferry.kube.wire import kubeconfig
from keyferry.model.errors import SpecError, Where
from keyferry.model.secrets import SecretValue

# Where a pod finds them: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
SERVICE_ACCOUNT_DIRECTORY: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
EXEC_API_VERSIONS: Final = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_EXEC_EXTENSION: Final = "client.authentication.k8s.io/exec"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """A certificate with its private key, both PEM."""

    certificate_pem: bytes
    key_pem: SecretValue


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFile:
    """A bearer token in a file that somebody else renews."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecPlugin:
    """A program that prints an ExecCredential. `environment` may hold values: it is never shown."""

    api_version: str
    command: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, SecretValue], ...]
    install_hint: str
    cluster_info: dict[str, Any] | None


Credential = SecretValue | TokenFile | ExecPlugin | None  # a SecretValue is a bearer token


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterConfig:
    """Everything needed to reach one API server. `origin` says in words where it came from."""

    server: str
    origin: str
    namespace: str = "default"
    credential: Credential = None
    certificate: ClientCertificate | None = None
    ca_pem: bytes = b""
    insecure: bool = False
    server_name: str = ""
    proxy_url: str = ""
    impersonation: tuple[tuple[str, str], ...] = ()


def load(kubeconfig: Path | None = None, context: str | None = None) -> ClusterConfig:
    """Find and read the configuration. SpecError names the file and the field that is wrong or missing."""
    named = os.environ.get("KUBECONFIG", "")
    if kubeconfig is not None:
        return _from_files((kubeconfig,), context or "")
    if named:
        files = tuple(Path(part) for part in named.split(os.pathsep) if part)
        return _from_files(tuple(file for file in files if file.exists()) or files[:1], context or "")
    token = SERVICE_ACCOUNT_DIRECTORY / "token"
    if not context and os.environ.get("KUBERNETES_SERVICE_HOST") and token.exists():
        return in_cluster(SERVICE_ACCOUNT_DIRECTORY)
    return _from_files((Path.home() / ".kube" / "config",), context or "")


def in_cluster(directory: Path) -> ClusterConfig:
    """Return the configuration of a pod whose ServiceAccount is mounted at `directory`."""
    host = os.environ.get("KUBERNETES_SERVICE_HOST", "")
    port = os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    namespace = directory / "namespace"
    return ClusterConfig(
        server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
        origin="the pod's ServiceAccount",
        namespace=namespace.read_text().strip() if namespace.exists() else "default",
        credential=TokenFile(path=directory / "token"),
        ca_pem=_read(directory / "ca.crt", "the pod's ServiceAccount"),
    )


def _from_files(files: tuple[Path, ...], context: str) -> ClusterConfig:
    selected = kubeconfig.select([_origin(file) for file in files], context)
    cluster, user = selected.cluster, selected.user
    _check(selected)
    return ClusterConfig(
        server=cluster.server.rstrip("/"),
        origin=f"context {selected.context_name} of {selected.cluster_file}",
        namespace=selected.namespace or "default",
        credential=_credential(selected),
        certificate=_certificate(selected),
        ca_pem=_pem(cluster.certificate_authority_data, cluster.certificate_authority, selected.cluster_file),
        insecure=cluster.insecure_skip_tls_verify,
        server_name=cluster.tls_server_name,
        proxy_url=cluster.proxy_url,
        impersonation=_impersonation(user),
    )


def _origin(file: Path) -> kubeconfig.Origin:
    try:
        documents = yaml_documents.documents(_read(file, "the kubeconfig"))
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "it cannot be read"
        raise SpecError(
            what="the kubeconfig is not YAML",
            cause=place,
            remedy="correct the file",
            where=Where(kind="kubeconfig", name=str(file)),
        ) from None
    return kubeconfig.parse(documents[0] if documents else None, str(file))


def _check(selected: kubeconfig.Selected) -> None:
    cluster, user = selected.cluster, selected.user
    if not _is_http_url(cluster.server):
        raise _wrong(selected.cluster_file, "server", "is not an http(s) URL", "write https://host:port")
    if cluster.proxy_url and not _is_http_url(cluster.proxy_url):
        raise _wrong(selected.cluster_file, "proxy-url", "is not an http(s) URL", "use an HTTP proxy")
    if cluster.insecure_skip_tls_verify and (cluster.certificate_authority or cluster.certificate_authority_data):
        raise _wrong(
            selected.cluster_file,
            "insecure-skip-tls-verify",
            "contradicts the certificate authority beside it",
            "remove one of the two",
        )
    if user.auth_provider is not None:
        raise _wrong(
            selected.user_file,
            "auth-provider",
            "is no longer supported by any Kubernetes client",
            "convert it to exec, for Entra with: kubelogin convert-kubeconfig",
        )
    if user.username or user.password:
        raise _wrong(selected.user_file, "username", "is no longer accepted by API servers", "use a token or exec")


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _credential(selected: kubeconfig.Selected) -> Credential:
    user = selected.user
    if user.token_file:  # wins over token, as in client-go
        return TokenFile(path=_beside(selected.user_file, user.token_file))
    if user.token:
        return SecretValue(user.token.encode())
    if user.exec is None:
        return None
    plugin = user.exec
    if plugin.api_version not in EXEC_API_VERSIONS:
        known = " or ".join(EXEC_API_VERSIONS)
        raise _wrong(selected.user_file, "exec.apiVersion", f"is not {known}", "update the plugin's entry")
    if not plugin.command:
        raise _wrong(selected.user_file, "exec.command", "is missing", "name the program to run")
    return ExecPlugin(
        api_version=plugin.api_version,
        command=_program(selected.user_file, plugin.command),
        arguments=tuple(plugin.args or ()),
        environment=tuple((item.name, SecretValue(item.value.encode())) for item in plugin.env or ()),
        install_hint=plugin.install_hint,
        cluster_info=_cluster_info(selected) if plugin.provide_cluster_info else None,
    )


def _cluster_info(selected: kubeconfig.Selected) -> dict[str, Any]:
    """Return what a plugin is told about the cluster, as client.authentication.k8s.io's `Cluster` has it."""
    cluster = selected.cluster
    extensions = cluster.extensions if isinstance(cluster.extensions, list) else []
    own = (entry.get("extension") for entry in extensions if entry.get("name") == _EXEC_EXTENSION)
    told = {
        "server": cluster.server,
        "tls-server-name": cluster.tls_server_name,
        "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
        "certificate-authority-data": _pem(
            cluster.certificate_authority_data,
            cluster.certificate_authority,
            selected.cluster_file,
        ),
        "proxy-url": cluster.proxy_url,
        "config": next(own, None),
    }
    return {name: value for name, value in told.items() if value}


def _certificate(selected: kubeconfig.Selected) -> ClientCertificate | None:
    user, file = selected.user, selected.user_file
    certificate = _pem(user.client_certificate_data, user.client_certificate, file)
    key = _pem(user.client_key_data, user.client_key, file)
    if bool(certificate) is not bool(key):
        missing = "client-key" if certificate else "client-certificate"
        raise _wrong(file, missing, "is missing beside its counterpart", "give both or neither")
    return ClientCertificate(certificate_pem=certificate, key_pem=SecretValue(key)) if certificate else None


def _impersonation(user: kubeconfig.User) -> tuple[tuple[str, str], ...]:
    if not user.impersonate:
        return ()
    groups = tuple(("Impersonate-Group", group) for group in user.impersonate_groups or ())
    uid = (("Impersonate-Uid", user.impersonate_uid),) if user.impersonate_uid else ()
    return (("Impersonate-User", user.impersonate), *groups, *uid)


def _pem(data: bytes, path: str, file: str) -> bytes:
    """Return the data, which wins, or the content of the file that `path` names."""
    if data or not path:
        return data
    return _read(_beside(file, path), f"named in {file}")


def _program(file: str, command: str) -> str:
    """Return the command as client-go runs it: a path is relative to the kubeconfig, a bare name is searched."""
    return str(_beside(file, command)) if "/" in command else command


def _beside(file: str, path: str) -> Path:
    return Path(file).parent / path  # an absolute path stays itself


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise SpecError(
            what=f"cannot read {path}",
            cause=f"{what}: {problem.strerror}",
            remedy="check that the file exists and may be read",
            where=Where(kind="file", name=str(path)),
        ) from None


def _wrong(file: str, field: str, cause: str, remedy: str) -> SpecError:
    return SpecError(
        what=f"the kubeconfig's {field} {cause}",
        remedy=remedy,
        where=Where(kind="kubeconfig", name=file, path=field),
    )
