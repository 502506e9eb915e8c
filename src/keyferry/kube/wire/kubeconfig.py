"""A kubeconfig as types, and the merging of several. Files are read elsewhere.

Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ and, for merging,
https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from keyferry.model.errors import SpecError, Where, foreign

T = TypeVar("T")


class Cluster(msgspec.Struct, frozen=True, rename="kebab", kw_only=True):
    """Where the API server is, and how it proves itself."""

    server: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    certificate_authority: str = ""
    certificate_authority_data: bytes = b""
    proxy_url: str = ""
    extensions: Any = None


class ExecVariable(msgspec.Struct, frozen=True, kw_only=True):
    """An environment variable given to a plugin."""

    name: str
    value: str = ""

    def __repr__(self) -> str:
        return f"ExecVariable(name={self.name!r})"


class Exec(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A credential plugin: a program that prints an ExecCredential."""

    api_version: str = ""
    command: str = ""
    args: list[str] | None = None
    env: list[ExecVariable] | None = None
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """How keyferry proves itself. At most one way should be filled; a token wins over a plugin."""

    token: str = ""
    token_file: str = msgspec.field(default="", name="tokenFile")
    client_certificate: str = msgspec.field(default="", name="client-certificate")
    client_certificate_data: bytes = msgspec.field(default=b"", name="client-certificate-data")
    client_key: str = msgspec.field(default="", name="client-key")
    client_key_data: bytes = msgspec.field(default=b"", name="client-key-data")
    username: str = ""
    password: str = ""
    impersonate: str = msgspec.field(default="", name="as")
    impersonate_uid: str = msgspec.field(default="", name="as-uid")
    impersonate_groups: list[str] | None = msgspec.field(default=None, name="as-groups")
    exec: Exec | None = None
    auth_provider: Any = msgspec.field(default=None, name="auth-provider")

    def __repr__(self) -> str:
        return "User(•••)"


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster, a user and the namespace to use by default."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""


class NamedCluster(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `clusters`."""

    name: str
    cluster: Cluster | None = None


class NamedUser(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `users`."""

    name: str
    user: User | None = None


class NamedContext(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `contexts`."""

    name: str
    context: Context | None = None


class Kubeconfig(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    current_context: str = msgspec.field(default="", name="current-context")
    clusters: list[NamedCluster] | None = None
    users: list[NamedUser] | None = None
    contexts: list[NamedContext] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file's content with its path, which relative paths in it are relative to."""

    path: str
    content: Kubeconfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The parts that one context names, each with the file it came from."""

    context_name: str
    namespace: str
    cluster: Cluster
    cluster_file: str
    user: User
    user_file: str


def parse(document: Any, path: str) -> Origin:
    """Check a decoded YAML document. SpecError names the field (`$.clusters[0].cluster.server`), never its value."""
    try:
        content = msgspec.convert(document if document is not None else {}, Kubeconfig)
    except msgspec.ValidationError as problem:
        raise SpecError(
            what="the kubeconfig is malformed",
            cause=foreign(str(problem)),
            remedy="correct the field",
            where=Where(kind="kubeconfig", name=path),
        ) from None
    return Origin(path=path, content=content)


def select(origins: Sequence[Origin], context_name: str) -> Selected:
    """Choose a context ("" takes the current one) out of the merged files: the first file to say something wins."""
    name = context_name or next((o.content.current_context for o in origins if o.content.current_context), "")
    files = ", ".join(origin.path for origin in origins)
    if not name:
        raise _problem(files, "has no current-context", "name a context, or run kubectl config use-context")
    context = _entry(((o.path, c.name, c.context) for o in origins for c in o.content.contexts or ()), name)
    if context is None:
        raise _problem(files, f"has no context {name!r}", "run kubectl config get-contexts to see which there are")
    cluster = _entry(
        ((o.path, c.name, c.cluster) for o in origins for c in o.content.clusters or ()),
        context[1].cluster,
    )
    if cluster is None or not cluster[1].server:
        raise _problem(
            files, f"has no cluster {context[1].cluster!r} with a server", f"add it, or correct context {name!r}"
        )
    users = ((o.path, u.name, u.user or User()) for o in origins for u in o.content.users or ())
    user = _entry(users, context[1].user) if context[1].user else ("", User())
    if user is None:
        raise _problem(files, f"has no user {context[1].user!r}", f"add it, or correct context {name!r}")
    return Selected(
        context_name=name,
        namespace=context[1].namespace,
        cluster=cluster[1],
        cluster_file=cluster[0],
        user=user[1],
        user_file=user[0],
    )


def _entry(entries: Iterable[tuple[str, str, T | None]], name: str) -> tuple[str, T] | None:
    return next(((path, entry) for path, own, entry in entries if own == name and entry is not None), None)


def _problem(files: str, cause: str, remedy: str) -> SpecError:
    return SpecError(
        what=f"the kubeconfig {cause}",
        remedy=remedy,
        where=Where(kind="kubeconfig", name=files),
    )
