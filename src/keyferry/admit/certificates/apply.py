"""Writes the Secret of the webhook's own certificate, and what API servers shall trust.

Conflict, AlreadyExists and NotFound mean that somebody else was quicker: look again.
Needs "create" and "update" on Secrets of one namespace, and "update" on the named configurations.
"""

import asyncio
from datetime import datetime
from typing import Final

import structlog

from keyferry.admit.certificates import held, issuing, registrations
from keyferry.admit.certificates.held import Found, Held
from keyferry.admit.certificates.issuing import Authority
from keyferry.admit.certificates.plan import Issue, Store
from keyferry.admit.certificates.registrations import Registered
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, SpecError, Where

_LOG: Final = structlog.get_logger(__name__)


class Applier:
    """Writes for one webhook process."""

    def __init__(self, client: Client, secret: Key, service: Key) -> None:
        self._client = client
        self._secret = secret
        self._service = service

    async def issue(self, step: Issue, hosts: tuple[str, ...], now: datetime) -> None:
        """Make what is asked for and store it."""
        made = await asyncio.to_thread(_issued, step, hosts, now)
        await self._write(made, step.there)
        is_mishap = step.there is not None and step.there.held is None
        tell = _LOG.warning if is_mishap else _LOG.info
        tell(
            "certificate.made",
            because=step.because,
            authority="the same" if step.under else "a new one",
            ends=made.pair.ends.isoformat(),
        )

    async def store(self, step: Store) -> None:
        """Store what was made before."""
        await self._write(step.held, step.there)
        _LOG.info("certificate.authority_forgotten")

    async def trust(self, registered: Registered, bundle_pem: bytes) -> bool:
        """Have API servers trust the bundle; return whether it had to be written. SpecError if another writes it."""
        document = registered.document
        body = None if document is None else registrations.with_bundle(document, self._service, bundle_pem)
        if document is None or body is None:
            return False
        if other := registrations.other_writer(document):
            raise SpecError(
                what=f"caBundle of {registered} is written by cert-manager",
                cause=f"it has the annotation {other}",
                remedy="remove that, or take cert-manager's certificate (--cert-dir in place of --certificate-secret)",
                where=Where(kind=registered.resource.kind, name=registered.name),
            )
        await self._client.replace(registered.resource, Key(name=registered.name), body)
        _LOG.info("certificate.registered", configuration=str(registered))
        return True

    async def _write(self, new: Held, there: Found | None) -> None:
        body = held.encode(self._secret, new, there)
        if there is not None:
            await self._client.replace(SECRETS, self._secret, body)
            return
        try:
            await self._client.create(SECRETS, self._secret.namespace, body)
        except NotFound:
            raise NotFound(
                what=f"there is no namespace {self._secret.namespace} for the Secret of the webhook's certificate",
                remedy="create it, or name a Secret of another (--certificate-secret)",
                where=Where(kind="Secret", namespace=self._secret.namespace, name=self._secret.name),
            ) from None


def _issued(step: Issue, hosts: tuple[str, ...], now: datetime) -> Held:
    if step.under is None:
        authority = issuing.authority(now)
    else:
        authority = Authority(certificate_pem=step.under.authorities[0], key_pem=step.under.authority_key)
    return Held(
        authorities=(authority.certificate_pem, *step.trusted),
        authority_key=authority.key_pem,
        pair=issuing.server(authority, hosts, now),
        trust_until=step.trust_until,
    )
