"""Estates in the lab's subscription, and their dialogue with Azure Resource Manager carried by the lab's own.

There are no sockets: the lab's pure half is asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from keyferry.lab.azure.cloud import Azure
from keyferry.provision.arm import refusals
from keyferry.provision.arm.requests import Provisioned, provision
from keyferry.provision.arm.wire import Dialogue, Request, Response
from keyferry.spec.estate.estate import Estate, ExistingVault, Vault
from keyferry.spec.estate.sites import Site
from tests.fakes import estates, lab_arm, lab_azure

T = TypeVar("T")


def estate(*sites: Site, vaults: tuple[Vault, ...] | None = None, **changes: Any) -> Estate:
    """An estate in the lab's subscription; its vaults are new, and those that the sites read from."""
    wanted = estates.small(*sites)
    azure = replace(wanted.azure, tenant_id=lab_azure.TENANT, subscription_id=lab_arm.SUBSCRIPTION)
    named = sorted({name for each in wanted.sites for name in each.vaults})
    made = tuple(map(estates.vault, named)) if vaults is None else vaults
    return replace(wanted, azure=azure, vaults=made, **changes)


def existing_vault(name: str) -> ExistingVault:
    """A vault of `tests.fakes.lab_azure`."""
    return ExistingVault(name=name, resource_group="rg", subscription_id=lab_arm.SUBSCRIPTION)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Carries dialogues to the lab's ARM; `sent` is every request, `answers` are given before the lab is asked."""

    azure: Azure
    sent: list[Request] = field(default_factory=list)
    answers: dict[tuple[str, str], Response] = field(default_factory=dict)

    def carry(self, dialogue: Dialogue[T]) -> T:
        """Return what the dialogue comes to. Raises the error of a refusal that it does not accept."""
        try:
            request = next(dialogue)
            while True:
                request = dialogue.send(self._answer(request))
        except StopIteration as end:
            result: T = end.value
            return result

    def provision(self, wanted: Estate) -> Provisioned:
        """Make an estate."""
        return self.carry(provision(wanted))

    def properties(self, path: str, version: str) -> Mapping[str, Any]:
        """What a resource says of itself."""
        found: Mapping[str, Any] = json.loads(self._call("GET", path, version=version).body)["properties"]
        return found

    def _answer(self, request: Request) -> Response:
        self.sent.append(request)
        given = self.answers.get((request.method, request.path))
        if given is None:
            told = self._call(request.method, request.path, body=request.body, version=request.version)
            headers = {name.lower(): value for name, value in told.headers}
            given = refusals.response(told.status, told.body, headers.get("retry-after", ""))
        if given.status >= 400 and given.status not in request.accepts:
            raise refusals.error(request, given)
        return given

    def _call(self, method: str, path: str, **options: Any) -> Any:
        return lab_arm.caller(self.azure)(method, path, **options)


def carrier(**changes: Any) -> Carrier:
    """A carrier to a fresh lab, whose caller owns the subscription."""
    return Carrier(lab_arm.world(**changes))
