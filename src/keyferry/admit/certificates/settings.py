"""Where API servers find the webhook, and where its certificate is."""

from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError, foreign

SERVICE: Final = "keyferry/keyferry-webhook"
MUTATING: Final = ("keyferry-mutate",)
VALIDATING: Final = ("keyferry-validate", "keyferry-advise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`service` and `secret` are NAMESPACE/NAME. `mutating` and `validating` name the configurations that lead here.

    With `secret` the webhook makes its certificate, keeps it in that Secret and has API servers trust it. Without, the
    certificate comes from files, and whoever writes those has it trusted.
    """

    service: str = SERVICE
    secret: str = ""
    mutating: tuple[str, ...] = MUTATING
    validating: tuple[str, ...] = VALIDATING


def named(text: str, flag: str) -> Key:
    """Return what NAMESPACE/NAME names. SpecError, which names the flag, where it is written otherwise."""
    namespace, slash, name = text.partition("/")
    if not namespace or not slash or not name or "/" in name:
        raise SpecError(
            what=f'{flag} "{foreign(text)}" is not NAMESPACE/NAME',
            remedy=f"write it as in {flag} {SERVICE}",
        )
    return Key(namespace=namespace, name=name)


def hosts(service: Key) -> tuple[str, ...]:
    """Return the names that the certificate is for: the one that API servers ask for first, and its longer form.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference
    """
    short = f"{service.name}.{service.namespace}.svc"
    return short, f"{short}.cluster.local"
