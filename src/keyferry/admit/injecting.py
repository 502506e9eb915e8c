"""Answers for pods that ask for workload identity: finds the ServiceAccount, lets `injection.plan` decide."""

import asyncio
from dataclasses import replace
from typing import Final

import msgspec
import structlog

from keyferry.admit.injection import plan, proxy
from keyferry.admit.injection.plan import Injection
from keyferry.admit.injection.settings import InjectionSettings
from keyferry.admit.observe import PATIENCE, Accounts
from keyferry.admit.verdict import BAD_REQUEST, INTERNAL_ERROR, Verdict, refused
from keyferry.kube.client import Client
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, SpecError

PATH: Final = "/mutate-v1-pod"  # upstream's, which registrations name

_LOG = structlog.get_logger(__name__)


class Injecting:
    """A handler. A pod is refused where its ServiceAccount does not exist, or nobody can say whether it does."""

    def __init__(self, accounts: Accounts, settings: InjectionSettings) -> None:
        self._accounts = accounts
        self._settings = settings

    async def prepare(self, client: Client) -> None:
        """Ask whether nodes restart init containers. One that does not say so has a release of today."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                version = await client.version()
        except (KeyferryError, msgspec.MsgspecError, TimeoutError) as failure:
            _LOG.warning("injection.version_unknown", cause=str(failure) or "no answer in time")
            return
        takes = proxy.takes_native_sidecars(version.major, version.minor)
        self._settings = replace(self._settings, native_sidecars=takes)

    async def handle(self, question: Question) -> Verdict:
        """Return the patch of a pod that is being created. What is no creation of a pod passes as it is."""
        pod = question.object if question.unread is None else question.unread
        if pod is None or question.operation != "CREATE" or question.sub_resource:
            return Verdict()
        shape = plan.read(pod)
        if isinstance(shape, Injection):
            return _verdict(shape)
        key = Key(namespace=question.namespace, name=shape.service_account)
        try:
            account = await self._accounts.find(key)
        except SpecError as impossible:
            return refused(BAD_REQUEST, str(impossible))
        except KeyferryError as failure:
            _LOG.warning("injection.account_unknown", account=str(key), cause=str(failure))
            return refused(INTERNAL_ERROR, f"ServiceAccount {key} could not be read: {failure}")
        annotations = {} if account is None else account.annotations
        injection = plan.plan(shape, question.namespace, annotations, self._settings)
        if account is None and injection.patch:  # a pod that stays as it is needs none
            return refused(BAD_REQUEST, _missing(key))
        return _verdict(injection)


def _verdict(injection: Injection) -> Verdict:
    if injection.refusal is not None:
        code, reason = injection.refusal.code, injection.refusal.reason
        return Verdict(refusal=injection.refusal.message, code=code, reason=reason, warnings=injection.warnings)
    patch = msgspec.json.encode(injection.patch) if injection.patch else b""
    return Verdict(warnings=injection.warnings, patch=patch)


def _missing(key: Key) -> str:
    return (
        f"spec.serviceAccountName: ServiceAccount {key} does not exist. "
        f"To mend it: kubectl create serviceaccount {key.name} --namespace {key.namespace}, "
        "and annotate it with azure.workload.identity/client-id"
    )
