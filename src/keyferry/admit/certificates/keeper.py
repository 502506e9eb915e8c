"""What keeps the webhook's certificate, by its settings: files, or the webhook itself. Called by `admit.run`."""

import ssl
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry

from keyferry.admit.certificates import settings
from keyferry.admit.certificates.folder import FolderCertificates
from keyferry.admit.certificates.observe import Observer
from keyferry.admit.certificates.readiness import Readiness
from keyferry.admit.certificates.settings import Registration
from keyferry.kube.client import Client
from keyferry.model.errors import SpecError
from keyferry.runtime.clock import Clock


class Certificates(Protocol):
    """A certificate that is looked after."""

    @property
    def context(self) -> ssl.SSLContext:
        """What a server serves with: always the certificate that is good now."""
        ...

    @property
    def problem(self) -> str:
        """Say why an API server could not be served now, "" where it could."""
        ...

    def register(self, registry: CollectorRegistry) -> None:
        """Tell metrics of it."""
        ...

    async def look(self) -> None:
        """Do what there is to do now."""
        ...

    async def keep_looking(self) -> None:
        """Do so until cancelled."""
        ...


def certificates(folder: Path, registration: Registration, client: Client | None, clock: Clock) -> Certificates:
    """Return the keeper that the settings ask for. SpecError names the flag that is wrong.

    Without a `client` files alone are looked at.
    """
    service = settings.named(registration.service, "--service")
    if not registration.secret:
        observer = None if client is None else Observer(client, registration)
        return FolderCertificates(folder, clock, observer, Readiness(service, settings.hosts(service)[0]))
    if client is None:
        raise SpecError(
            what="a certificate of the webhook's own needs a cluster",
            remedy="give a kubeconfig, or certificates as files (--cert-dir) in place of --certificate-secret",
        )
    from keyferry.admit.certificates.own import OwnCertificates  # noqa: PLC0415  (with x509: 9 MiB that files need not)

    return OwnCertificates(client, registration, clock)
