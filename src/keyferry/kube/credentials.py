"""The credential of each request: read again when it may have changed, never sooner, and by one caller at a time."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from keyferry.kube.config import ClientCertificate, ClusterConfig, Credential, ExecPlugin, TokenFile
from keyferry.model.errors import GrantError, Unavailable, foreign
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock

_LOG = structlog.get_logger(__name__)

REREAD_AFTER: Final = timedelta(seconds=60)  # client-go's period for token files; kubelet renews well before expiry
PLUGIN_TIMEOUT: Final = timedelta(seconds=60)
_EXPIRY_MARGIN: Final = timedelta(seconds=10)


class _ExecStatus(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    token: str = ""
    expiration_timestamp: datetime | None = None
    client_certificate_data: str = ""
    client_key_data: str = ""


class _ExecCredential(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    api_version: str
    kind: str
    status: _ExecStatus


class Credentials:
    """Gives the bearer token to send, "" for none. `on_certificate` is told each new certificate of a plugin."""

    def __init__(
        self,
        config: ClusterConfig,
        clock: Clock,
        on_certificate: Callable[[ClientCertificate], None],
    ) -> None:
        self._credential: Credential = config.credential
        self._clock = clock
        self._on_certificate = on_certificate
        self._lock = asyncio.Lock()
        self._token = SecretValue(b"")
        self._good_until: datetime | None = None  # None: read before the next use
        self._forever = False

    async def token(self) -> SecretValue:
        """Return the token. GrantError when a plugin gives none, Unavailable when a file or program is missing."""
        if isinstance(self._credential, SecretValue):
            return self._credential
        if self._credential is None or self._is_good():
            return self._token
        async with self._lock:
            if not self._is_good():  # somebody else may have read it meanwhile
                await self._renew(self._credential)
        return self._token

    def refused(self, token: SecretValue) -> bool:
        """Note that the server refused `token`; return whether a new one may be had."""
        if not isinstance(self._credential, (TokenFile, ExecPlugin)):
            return False
        if token == self._token:
            self._good_until, self._forever = None, False
        return True

    async def _reread(self, source: TokenFile) -> SecretValue:
        """Return the file's token; a file that cannot be read for a moment leaves the last one in use."""
        try:
            return await asyncio.to_thread(_read_token, source)
        except Unavailable as problem:
            if not len(self._token):
                raise
            _LOG.warning("token.unreadable", path=str(source.path), reason=problem.cause)
            return self._token

    def _is_good(self) -> bool:
        return self._forever or (self._good_until is not None and self._clock.now() < self._good_until)

    async def _renew(self, source: TokenFile | ExecPlugin) -> None:
        if isinstance(source, TokenFile):
            self._token = await self._reread(source)
            self._good_until = self._clock.now() + REREAD_AFTER
            return
        status = await _run(source)
        if status.client_certificate_data:
            key = SecretValue(status.client_key_data.encode())
            self._on_certificate(
                ClientCertificate(certificate_pem=status.client_certificate_data.encode(), key_pem=key),
            )
        self._token = SecretValue(status.token.encode())
        self._forever = status.expiration_timestamp is None
        self._good_until = status.expiration_timestamp and status.expiration_timestamp - _EXPIRY_MARGIN


def _read_token(source: TokenFile) -> SecretValue:
    try:
        token = source.path.read_bytes().strip()
    except OSError as problem:
        raise Unavailable(
            what=f"cannot read the token file {source.path}",
            cause=str(problem.strerror),
            remedy="check the volume that holds it",
        ) from None
    if not token:
        raise Unavailable(what=f"the token file {source.path} is empty", remedy="check what writes it")
    return SecretValue(token)


async def _run(plugin: ExecPlugin) -> _ExecStatus:
    """Run the plugin without a terminal.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """
    asked = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
    if plugin.cluster_info is not None:
        asked["spec"] = {"interactive": False, "cluster": plugin.cluster_info}
    environment = {
        **os.environ,
        **{name: value.reveal().decode() for name, value in plugin.environment},
        "KUBERNETES_EXEC_INFO": msgspec.json.encode(asked).decode(),
    }
    try:
        process = await asyncio.create_subprocess_exec(
            plugin.command,
            *plugin.arguments,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as problem:
        raise Unavailable(
            what=f"cannot run the credential plugin {plugin.command}",
            cause=str(problem.strerror),
            remedy=foreign(plugin.install_hint) or "install it, or correct exec.command of the kubeconfig",
        ) from None
    return _answer(plugin, await _finish(plugin, process))


async def _finish(plugin: ExecPlugin, process: asyncio.subprocess.Process) -> bytes:
    try:
        async with asyncio.timeout(PLUGIN_TIMEOUT.total_seconds()):
            output, complaint = await process.communicate()
    except TimeoutError:
        raise Unavailable(
            what=f"the credential plugin {plugin.command} did not answer",
            cause=f"stopped after {PLUGIN_TIMEOUT.total_seconds():.0f} s",
            remedy="run it by hand; it must not ask questions",
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise GrantError(
            what=f"the credential plugin {plugin.command} failed with exit code {process.returncode}",
            cause=foreign(complaint.decode(errors="replace")),
            remedy="log in again, or run the plugin by hand",
        )
    return output


def _answer(plugin: ExecPlugin, output: bytes) -> _ExecStatus:
    try:
        answer = msgspec.json.decode(output, type=_ExecCredential)
    except msgspec.MsgspecError:
        answer = None
    if answer is None or answer.kind != "ExecCredential" or answer.api_version != plugin.api_version:
        raise GrantError(
            what=f"the credential plugin {plugin.command} printed no ExecCredential of {plugin.api_version}",
            remedy="set exec.apiVersion of the kubeconfig to what the plugin speaks",
        )
    if not answer.status.token and not (answer.status.client_certificate_data and answer.status.client_key_data):
        raise GrantError(
            what=f"the credential plugin {plugin.command} gave neither a token nor a certificate with its key",
            remedy="log in again, or run the plugin by hand",
        )
    return answer.status
