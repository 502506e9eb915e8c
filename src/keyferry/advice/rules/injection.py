"""What annotations ask of the workload identity webhook: which containers, how long a token, which proxy. Pure.

https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import listed, quoted
from keyferry.advice.workloads import WORKLOADS, PodTemplate, mapping, template_of
from keyferry.model.wellknown import (
    PROXY_SIDECAR_ANNOTATION,
    SKIP_CONTAINERS_ANNOTATION,
    TOKEN_EXPIRATION_ANNOTATION,
)
from keyferry.spec.problems import did_you_mean

_SOURCE: Final = (
    "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html"
)
_SHORTEST: Final = 3600  # seconds
_LONGEST: Final = 86400
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")  # as Go's strconv.ParseInt takes them, by upstream's webhook
_MOST_NAMES: Final = 100
_LONGEST_NAME: Final = 63
_SEPARATOR: Final = re.compile(r"[\s,|]")  # in no name of a container
# Names that other webhooks give to containers which they add: they are in no manifest.
_ADDED: Final = re.compile(r"proxy|init|agent|sidecar|envoy|daprd|collector|otel|mesh|vault|istio|linkerd|consul|kuma")
_POD: Final = """\
apiVersion: v1
kind: Pod
metadata:
  name: api
  labels:
    azure.workload.identity/use: "true"
  annotations:
    {annotation}
spec:
  serviceAccountName: api
  containers:
    - name: app
      image: registry.example/api:1
    - name: cache
      image: registry.example/cache:1
    - name: logs
      image: registry.example/logs:1
"""

SKIPPED: Final = Rule(
    name="skip-containers",
    title="The list of containers without a token names none of the pod's",
    severity=Severity.WARNING,
    why=(
        "Names are parted by semicolons. A name that is no container's, as a whole list with commas is, is passed over "
        "in silence, and the containers that were meant get a token."
    ),
    remedy='write the names of containers with ";" between them',
    example=_POD.format(annotation='azure.workload.identity/skip-containers: "cache;logs"'),
    source=_SOURCE,
)
EXPIRATION: Final = Rule(
    name="token-expiration",
    title="The token's lifetime is out of bounds",
    severity=Severity.ERROR,
    why="It is a whole number of seconds from 3600 to 86400. With anything else the webhook refuses the pods.",
    remedy=f"write {_SHORTEST} to {_LONGEST} seconds, in quotes",
    example=_POD.format(annotation='azure.workload.identity/service-account-token-expiration: "7200"'),
    source=_SOURCE,
)
PROXY: Final = Rule(
    name="proxy-sidecar",
    title="The pod asks for the proxy of the metadata endpoint",
    severity=Severity.WARNING,
    why=(
        "The proxy was made for moving away from AAD Pod Identity and is deprecated. It needs a privileged init "
        "container and Linux. To upstream's webhook the annotation counts by being there, whatever it says."
    ),
    remedy="use an Azure SDK that knows workload identity, and take the annotation away",
    example=_POD.format(annotation='azure.workload.identity/skip-containers: "logs"'),
    source="https://learn.microsoft.com/azure/aks/workload-identity-migrate-from-pod-identity",
)


def _skipped(document: Document, _: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None or SKIP_CONTAINERS_ANNOTATION not in template.annotations:
        return
    given = template.annotations[SKIP_CONTAINERS_ANNOTATION]
    path = template.at(f"metadata.annotations[{SKIP_CONTAINERS_ANNOTATION}]")
    if not isinstance(given, str):
        yield SKIPPED.found(path, "is no text: the API server refuses it")
        return
    names = [name.strip() for name in given.split(";", _MOST_NAMES)[:_MOST_NAMES]]
    parted = [name for name in names if _SEPARATOR.search(name)]
    if parted:
        yield SKIPPED.found(path, f"{listed(parted)} counts as one name: only semicolons part names")
        return
    known = [container.name for container in template.containers()]
    unknown = [name for name in names if name and name not in known and not _ADDED.search(name[:_LONGEST_NAME])]
    if unknown:
        hint = did_you_mean(unknown[0][:_LONGEST_NAME], known)
        message = f"no container is called {listed(unknown)}"
        yield SKIPPED.found(path, f"{message} ({hint})" if hint else message)


def _expiration(document: Document, _: Surroundings) -> Iterator[Finding]:
    for path, annotations in _annotated(document):
        value = annotations.get(TOKEN_EXPIRATION_ANNOTATION, "")
        if value != "" and (fault := _fault(value)):
            yield EXPIRATION.found(f"{path}[{TOKEN_EXPIRATION_ANNOTATION}]", fault)


def _annotated(document: Document) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Yield where the lifetime is read: of pods, and of ServiceAccounts."""
    template = template_of(document)
    if template is not None:
        yield template.at("metadata.annotations"), template.annotations
    elif document.get("kind") == "ServiceAccount":
        yield "metadata.annotations", mapping(mapping(document.get("metadata")).get("annotations"))


def _fault(value: Any) -> str:
    if not isinstance(value, str):
        return "is no text: the API server refuses it without quotes"
    if not _INTEGER.fullmatch(value):
        return f"{quoted(value)} is no whole number of seconds: pods are refused"
    if not _SHORTEST <= int(value) <= _LONGEST:
        return f"{quoted(value)} is not between {_SHORTEST} and {_LONGEST}: pods are refused"
    return ""


def _proxy(document: Document, _: Surroundings) -> Iterator[Finding]:
    template = template_of(document)
    if template is None or PROXY_SIDECAR_ANNOTATION not in template.annotations:
        return
    path = template.at(f"metadata.annotations[{PROXY_SIDECAR_ANNOTATION}]")
    if _declined(template):
        yield PROXY.found(path, 'says "false", and upstream\'s webhook adds the proxy all the same')
    else:
        yield PROXY.found(path, "asks for a proxy that is deprecated, and needs a privileged container")


def _declined(template: PodTemplate) -> bool:
    return str(template.annotations[PROXY_SIDECAR_ANNOTATION]).casefold() in {"0", "f", "false"}


CHECKS: Final = (
    Check(rule=SKIPPED, kinds=WORKLOADS, find=_skipped),
    Check(rule=EXPIRATION, kinds=WORKLOADS | {"ServiceAccount"}, find=_expiration),
    Check(rule=PROXY, kinds=WORKLOADS, find=_proxy),
)
