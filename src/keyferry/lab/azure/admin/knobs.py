"""How the services behave where the real ones vary or take their time, to be turned while the lab runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, get_args

from keyferry.lab.azure.admin import documents
from keyferry.lab.azure.admin.documents import BadRequestError, NotThereError
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.seed.declaration import RetryAfter

DAY_SECONDS: Final = 86_400.0
MAX_PERCENT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One number, read and written as JSON has it."""

    read: Callable[[], float | int | bool | None]
    write: Callable[[Any], None]
    most: float = DAY_SECONDS


def shown(azure: Azure) -> dict[str, Any]:
    """Return every knob as it stands."""
    return {name: knob.read() for name, knob in _knobs(azure).items()}


def turn(azure: Azure, body: bytes) -> None:
    """Turn the knobs that the JSON names; all of them or, where one is wrong, none."""
    knobs = _knobs(azure)
    document = documents.read(body, tuple(knobs))
    for name, value in [(name, _value(document, name, knobs[name])) for name in document]:
        knobs[name].write(value)


def throttle(azure: Azure, body: bytes) -> dict[str, Any]:
    """Scale the limits of a vault, or of all; return how they stand."""
    document = documents.read(body, ("vault", "limitPercent", "retryAfter"))
    percent = documents.number(document, "limitPercent", least=1, most=MAX_PERCENT)
    told = document.get("retryAfter")
    if told is not None and told not in get_args(RetryAfter):
        raise BadRequestError(f"'retryAfter' is none of {', '.join(get_args(RetryAfter))}")
    vault = documents.text(document, "vault")
    if not azure.keyvault.throttle(limit_percent=int(percent) or None, retry_after=told, vault=vault) and vault:
        raise NotThereError(f"there is no vault {vault[:24]!r}")
    return throttled(azure)


def throttled(azure: Azure) -> dict[str, Any]:
    """Return how the limits of each vault stand."""
    return {
        "vaults": {
            vault.name: {"limitPercent": vault.knobs.limit_percent, "retryAfter": vault.knobs.retry_after}
            for vault in azure.vaults
        }
    }


def _value(document: Mapping[str, Any], name: str, knob: Knob) -> Any:
    """A knob that stands at a flag takes a flag, each other a number; the lifetime may be null: the service's own."""
    if isinstance(knob.read(), bool):
        return documents.flag(document, name)
    if document[name] is None and name == "accessTokenLifetimeSeconds":
        return None
    value = documents.number(document, name, least=0, most=knob.most)
    return int(value) if value.is_integer() else value


def _knobs(azure: Azure) -> dict[str, Knob]:
    return {
        "federatedCredentialDelaySeconds": _attribute(azure.directory.delays, "federated_credential_seconds"),
        "principalDelaySeconds": _attribute(azure.directory.delays, "principal_seconds"),
        "negativeAnswerSeconds": _attribute(azure.directory.delays, "negative_answer_seconds"),
        "roleAssignmentDelaySeconds": _role_delay(azure),
        "issuerKeysSeconds": _issuer_keys(azure),
        "accessTokenLifetimeSeconds": _attribute(azure.entra.lifetimes, "fixed_seconds"),
        "vaultDnsSeconds": _attribute(azure.resources.settings, "vault_dns_seconds"),
        "vaultPurgeSeconds": _attribute(azure.resources.settings, "purge_seconds"),
        "credentialWriteSeconds": _attribute(azure.resources.settings, "credential_write_seconds"),
        "throttleCredentialWrites": _attribute(azure.resources.settings, "throttle_credential_writes"),
        "eventDuplicateEvery": _event(azure, "duplicate_every"),
        "eventsUnordered": _event(azure, "unordered"),
    }


def _attribute(holder: object, name: str) -> Knob:
    return Knob(read=lambda: getattr(holder, name), write=lambda value: setattr(holder, name, value))


def _event(azure: Azure, name: str) -> Knob:
    def write(value: Any) -> None:
        azure.grid.knobs = replace(azure.grid.knobs, **{name: value})

    return Knob(read=lambda: getattr(azure.grid.knobs, name), write=write)


def _issuer_keys(azure: Azure) -> Knob:
    def write(value: float) -> None:
        azure.entra.issuers.kept = timedelta(seconds=value)

    def read() -> float:
        return azure.entra.issuers.kept.total_seconds()

    return Knob(read=read, write=write)


def _role_delay(azure: Azure) -> Knob:
    def write(value: float) -> None:
        azure.assignments.delay = timedelta(seconds=value)

    def read() -> float:
        return azure.assignments.delay.total_seconds()

    return Knob(read=read, write=write)
