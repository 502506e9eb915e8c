"""Seeds of the lab's Azure for stories whose namespaces have names of their own, and for clusters of others."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from keyferry.cli.engineer import ACCOUNT

SUBJECT = "system:serviceaccount"


def placed(seed: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The same Azure, whose federated credentials name the namespaces with the prefix; the engineer stays."""

    def place(credential: dict[str, Any]) -> None:
        namespace, name = credential["subject"].removeprefix(f"{SUBJECT}:").split(":")
        if namespace != ACCOUNT.namespace:
            credential["subject"] = f"{SUBJECT}:{prefix}{namespace}:{name}"

    return _changed(seed, place)


def trusting(seed: Mapping[str, Any], issuer: str) -> dict[str, Any]:
    """The same Azure, whose federated credentials trust another cluster."""

    def trust(credential: dict[str, Any]) -> None:
        credential["issuer"] = issuer

    return _changed(seed, trust) | {"cluster": {"issuer": issuer}}


def _changed(seed: Mapping[str, Any], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    made = deepcopy(dict(seed))
    for identity in made["identities"]:
        for credential in identity.get("federatedCredentials", ()):
            change(credential)
    return made
