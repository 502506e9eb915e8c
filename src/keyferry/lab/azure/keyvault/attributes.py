"""What each version of any object has: whether it is enabled, from when to when, and when it was made and changed.

https://learn.microsoft.com/rest/api/keyvault (SecretAttributes, KeyAttributes, CertificateAttributes)
"""

from dataclasses import dataclass, replace

from keyferry.lab.azure.keyvault.bodies import Body, bad_parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """Unix seconds, as the service has no finer ones. `not_before` and `expires` are None where they are not set."""

    created: int
    updated: int
    enabled: bool = True
    not_before: int | None = None
    expires: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a body says of attributes. None is "not said"."""

    enabled: bool | None = None
    not_before: int | None = None
    expires: int | None = None


def parse(body: Body) -> Change:
    """Return what the body's `attributes` ask for. RefusedError names what is wrong."""
    attributes = body.inner("attributes")
    change = Change(
        enabled=attributes.flag("enabled"),
        not_before=attributes.seconds("nbf"),
        expires=attributes.seconds("exp"),
    )
    _check(change.not_before, change.expires)
    return change


def made(change: Change, now: int) -> Attributes:
    """Return the attributes of a new version."""
    return Attributes(
        created=now,
        updated=now,
        enabled=change.enabled is not False,
        not_before=change.not_before,
        expires=change.expires,
    )


def changed(attributes: Attributes, change: Change, now: int) -> Attributes:
    """Return the attributes with what `change` says. RefusedError where the times cannot both hold."""
    result = replace(
        attributes,
        updated=now,
        enabled=attributes.enabled if change.enabled is None else change.enabled,
        not_before=attributes.not_before if change.not_before is None else change.not_before,
        expires=attributes.expires if change.expires is None else change.expires,
    )
    _check(result.not_before, result.expires)
    return result


def _check(not_before: int | None, expires: int | None) -> None:
    if not_before is not None and expires is not None and not_before > expires:
        raise bad_parameter("attributes.nbf", "it is later than 'exp'")
