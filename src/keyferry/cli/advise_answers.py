"""Files or a Secret, why, and what would change: the rule's answer for a place, and for what an estate says. Pure.

The rule is that of the estate: spec.estate.delivery.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.advice.words import quoted
from keyferry.cli.advise_places import Place, Taken
from keyferry.spec.estate.delivery import Choice, choose
from keyferry.spec.estate.sites import Consumption, Deliver, Delivery, ObjectType

_CONSUMED: Final[Mapping[Taken, Consumption]] = {
    Taken.VARIABLE: Consumption.ENV,
    Taken.ENVIRONMENT: Consumption.SECRET_REF,
    Taken.VOLUME: Consumption.FILES,
    Taken.PROJECTED: Consumption.FILES,
    Taken.CSI: Consumption.FILES,
    Taken.PULL: Consumption.SECRET_REF,
    Taken.TLS: Consumption.SECRET_REF,
}
_BY_FILE: Final = "files, where the application can read them as well, as by variables that end in _FILE"
_BY_NODE: Final = "no Secret at all, where kubelet's own identity may pull, as in AKS with an attached registry"
_INSTEAD: Final = {Taken.VARIABLE: _BY_FILE, Taken.ENVIRONMENT: _BY_FILE, Taken.PULL: _BY_NODE}
_OF_TYPE: Final = {Taken.PULL: "kubernetes.io/dockerconfigjson", Taken.TLS: "kubernetes.io/tls"}
# How the rule's answer comes about: docs/how-to/choose-files-or-a-secret.md
_FOLLOWS: Final = {
    Delivery.FILES: "a SecretProviderClass, and a csi volume in the pods; no Secret",
    Delivery.SECRET: "a SecretStore and an ExternalSecret, which keeps the Secret in step",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The way that is chosen for how something is consumed, what would change, and what could be done `instead`."""

    consume: Consumption
    choice: Choice
    changes: tuple[str, ...]
    instead: str = ""


def of_wish(deliver: Deliver, consume: Consumption, object_type: ObjectType) -> Answer:
    """Return what the rule says of a secret that an application takes in this way."""
    choice = choose(deliver, consume, object_type)
    if choice.problem:
        return Answer(consume=consume, choice=choice, changes=())
    instead = _BY_FILE if consume is Consumption.ENV else ""
    return Answer(consume=consume, choice=choice, changes=tuple(_of_wish(consume, choice)), instead=instead)


def of_place(place: Place, kept_by: str = "") -> Answer:
    """Return what the rule says of a place in a manifest, whose Secret is `kept_by` another object or by none."""
    consume = _CONSUMED[place.taken]
    choice = choose(Deliver.AUTO, consume, ObjectType.SECRET)
    return Answer(
        consume=consume, choice=choice, changes=tuple(_of_place(place, kept_by)), instead=_INSTEAD.get(place.taken, "")
    )


def _of_wish(consume: Consumption, choice: Choice) -> Iterator[str]:
    yield _FOLLOWS[choice.delivery]
    if consume is not Consumption.FILES:
        yield "the annotation keyferry.io/restart-on-change on the workload, whose environment is set once"


def _of_place(place: Place, kept_by: str) -> Iterator[str]:
    match place.taken:
        case Taken.CSI:
            yield "nothing: the files follow the vault"
        case Taken.VOLUME:
            yield "a SecretProviderClass with an objectAlias for each key, and csi in place of secret: the paths stay"
            kept = f"{kept_by} and its Secret" if kept_by else f"Secret {quoted(place.source)}"
            yield f"{kept} can go where nothing else takes it"
        case Taken.PROJECTED:
            yield "a SecretProviderClass, and a csi volume at a path of its own: a projected volume cannot hold one"
        case _:
            yield f"nothing is to be made: {kept_by} keeps the Secret" if kept_by else _external_secret(place)
            if place.restarts:
                yield f"the annotation keyferry.io/restart-on-change: secret/{place.source} on the {place.restarts}"


def _external_secret(place: Place) -> str:
    secret = quoted(place.source)
    if place.taken in _OF_TYPE:
        return f"an ExternalSecret that makes Secret {secret} of type {_OF_TYPE[place.taken]}, by a template"
    return f"an ExternalSecret that keeps Secret {secret} under its name, so that the workload stays as it is"
