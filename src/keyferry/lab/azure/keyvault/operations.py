"""From a call to the operation that it is about, after the caller has been found to be allowed."""

from collections.abc import Callable, Mapping
from typing import Final

from keyferry.lab.azure.keyvault.calls import Answer, Call, Moment
from keyferry.lab.azure.keyvault.certificates import requests
from keyferry.lab.azure.keyvault.certificates.operations import OPERATIONS as CERTIFICATES
from keyferry.lab.azure.keyvault.keys import rotation
from keyferry.lab.azure.keyvault.keys.operations import OPERATIONS as KEYS
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.secrets.operations import OPERATIONS as SECRETS

_OPERATIONS: Final[Mapping[Operation, Callable[[Call], Answer]]] = {**SECRETS, **KEYS, **CERTIFICATES}


def perform(call: Call) -> Answer:
    """Do what the call asks and return the answer. RefusedError where it cannot be done."""
    advance(call.moment)
    return _OPERATIONS[call.route.operation](call)


def advance(moment: Moment) -> None:
    """Let happen in a vault what time brings about: the end of what is deleted, rotation, issuance and renewal."""
    moment.vault.objects.expire(moment.seconds)
    rotation.rotate_due(moment)
    requests.progress(moment)
