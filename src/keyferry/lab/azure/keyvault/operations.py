"""From a call to the operation that it is about, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from typing import Final

from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.secrets.operations import OPERATIONS as SECRETS

_OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {**SECRETS}


def perform(call: Call) -> Answer:
    """Do what the call asks and return the answer. RefusedError where it cannot be done."""
    call.vault.objects.expire(call.seconds)
    return _OPERATIONS[call.route.operation](call)
