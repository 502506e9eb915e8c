"""The rule between the two ways: files, unless the application can only read its environment or a Secret. Pure.

Asked by the estate's parser for each secret, and by `keyferry advise`.
"""

from dataclasses import dataclass
from typing import Final

from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The way, and why, in one sentence without a full stop.

    `problem` says what contradicts itself and `remedy` what to write instead; "" where nothing does.
    """

    delivery: Delivery
    reason: str
    problem: str = ""
    remedy: str = ""


_FILES: Final = Choice(
    delivery=Delivery.FILES,
    reason="the application can read a file, which follows the vault by itself, and nothing is stored in the cluster",
)
_ENV: Final = Choice(
    delivery=Delivery.SECRET,
    reason="the application reads its environment alone, which Kubernetes fills from a Secret when a container starts",
)
_REFERENCE: Final = Choice(
    delivery=Delivery.SECRET,
    reason="what consumes it takes a Secret by name and no file",
)
_WISHED: Final = Choice(
    delivery=Delivery.SECRET,
    reason="`deliver: secret` asks for it, though the application could read a file that is stored nowhere",
)
_NEEDS_A_SECRET: Final = {
    Consumption.ENV: "an environment variable is filled from a Secret, and not from a file",
    Consumption.SECRET_REF: "what takes a Secret by name needs one, and `deliver: files` makes none",
}


def choose(deliver: Deliver, consume: Consumption, object_type: ObjectType) -> Choice:
    """Return how a vault's object reaches an application that takes it in this way, and why.

    A certificate alone is binary (DER) in a Secret, as the External Secrets API has it, and PEM in a file. An
    environment variable cannot hold bytes of that kind. https://external-secrets.io/latest/provider/azure-key-vault/
    """
    if consume is Consumption.ENV and object_type is ObjectType.CERTIFICATE:
        return Choice(
            delivery=Delivery.SECRET,
            reason=_ENV.reason,
            problem="a certificate is binary in a Secret, which no environment variable can hold",
            remedy="write `consume: files`, or `type: secret` where the vault holds text that the application knows",
        )
    if consume is Consumption.FILES:
        return _WISHED if deliver is Deliver.SECRET else _FILES
    found = _ENV if consume is Consumption.ENV else _REFERENCE
    if deliver is Deliver.FILES:
        return Choice(
            delivery=Delivery.SECRET,
            reason=found.reason,
            problem=f"`deliver: files` and `consume: {consume}` contradict each other: {_NEEDS_A_SECRET[consume]}",
            remedy="leave `deliver` out, or write `consume: files` where the application can read a file",
        )
    return found
