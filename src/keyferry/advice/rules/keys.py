"""Keys of workload identity that nobody reads where they stand, or that nobody reads at all. Pure.

https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from keyferry.advice.rule import Check, Document, Finding, Rule, Severity
from keyferry.advice.rules.accounts import ANNOTATED
from keyferry.advice.rules.labels import LABELLED
from keyferry.advice.surroundings import Surroundings
from keyferry.advice.words import quoted, short
from keyferry.advice.workloads import WORKLOADS, mapping, template_of
from keyferry.model.wellknown import (
    CLIENT_ID_ANNOTATION,
    PROXY_PORT_ANNOTATION,
    PROXY_SIDECAR_ANNOTATION,
    SKIP_CONTAINERS_ANNOTATION,
    TENANT_ID_ANNOTATION,
    TOKEN_EXPIRATION_ANNOTATION,
    USE_LABEL,
)

_SOURCE: Final = (
    "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html"
)
_ACCOUNT: Final = "ServiceAccount"
_OF_ACCOUNTS: Final = frozenset({CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION})
_OF_PODS: Final = frozenset({SKIP_CONTAINERS_ANNOTATION, PROXY_SIDECAR_ANNOTATION, PROXY_PORT_ANNOTATION})
_ANNOTATIONS: Final = _OF_ACCOUNTS | _OF_PODS | {TOKEN_EXPIRATION_ANNOTATION}  # the last is read of both
_KNOWN: Final = (USE_LABEL, *sorted(_ANNOTATIONS))
_NEARNESS: Final = 0.8
_MOST_KEYS: Final = 50  # of a document; a person writes a few
_LONGEST: Final = 120  # a key far longer than all of these is another one

UNREAD: Final = Rule(
    name="identity-key-unread",
    title="A workload identity annotation stands where nobody reads it",
    severity=Severity.WARNING,
    why=(
        "The webhook reads client and tenant from annotations of the ServiceAccount, and everything else from "
        "annotations of the pod. A label, or an annotation of the workload or of the other object, has no effect."
    ),
    remedy="move it to where it is read",
    example=f"{ANNOTATED}---\n{LABELLED}",
    source=_SOURCE,
)
MISSPELT: Final = Rule(
    name="identity-key-misspelt",
    title="A label or annotation is nearly one of workload identity",
    severity=Severity.WARNING,
    why="Labels and annotations may have any name, so a misspelt one is stored and has no effect.",
    remedy="correct the key",
    example=f"{ANNOTATED}---\n{LABELLED}",
    source=_SOURCE,
)


def _unread(document: Document, _: Surroundings) -> Iterator[Finding]:
    for path, key, is_label in _keys(document):
        if key in _ANNOTATIONS and (home := _home(document, key, is_label=is_label)):
            kind = "label" if is_label else "annotation"
            yield UNREAD.found(f"{path}[{key}]", f"this {kind} is not read here", f"make it an annotation of {home}")


def _home(document: Document, key: str, *, is_label: bool) -> str:
    """Return where the key belongs, "" where it is there, or stands there as well."""
    template = template_of(document)
    if template is not None and key in _OF_ACCOUNTS:
        return f"ServiceAccount {quoted(template.service_account)}"
    if template is not None:
        return "" if key in template.annotations else "the pod itself" if template.is_pod else "the pod template"
    if document.get("kind") != _ACCOUNT:
        return ""
    return "the pods" if key in _OF_PODS else "the ServiceAccount" if is_label else ""


def _misspelt(document: Document, _: Surroundings) -> Iterator[Finding]:
    suspicious = ((path, key) for path, key, _ in _keys(document) if _may_be_meant(key))
    for path, key in islice(suspicious, _MOST_KEYS):
        if meant := _meant(key[: _LONGEST + 1]):
            yield MISSPELT.found(f"{path}[{short(key)}]", "nobody reads this key", f"write {meant}")


def _may_be_meant(key: str) -> bool:
    """Spare most keys the comparison."""
    return key not in _KNOWN and ("identity" in key.casefold() or key[:7].casefold() == "azure.w")


@lru_cache(maxsize=256)
def _meant(key: str) -> str:
    """Return the known key that is nearly this one: its domain and its name, each by itself."""
    domain, slash, name = key.casefold().rpartition("/")
    known_domain, _, _ = USE_LABEL.partition("/")
    if len(key) > _LONGEST or not slash:
        return ""
    if domain == known_domain and name.startswith("use-") and key == key.casefold():
        return ""  # a name that a cluster's administrator chose
    names = {known.partition("/")[2]: known for known in _KNOWN}
    if not get_close_matches(domain, [known_domain], n=1, cutoff=_NEARNESS):
        return ""
    near = get_close_matches(name, names, n=1, cutoff=_NEARNESS)
    return names[near[0]] if near else ""


def _keys(document: Document) -> Iterator[tuple[str, str, bool]]:
    """Yield every key of labels and annotations, of the document and of its pods: path, key, whether it is a label."""
    for path, metadata in _metadata(document):
        for name in ("labels", "annotations"):
            for key in mapping(metadata.get(name)):
                if isinstance(key, str):
                    yield f"{path}metadata.{name}", key, name == "labels"


def _metadata(document: Document) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    yield "", mapping(document.get("metadata"))
    template = template_of(document)
    if template is not None and not template.is_pod:
        yield f"{template.path}.", template.metadata


_KINDS: Final = WORKLOADS | {_ACCOUNT}
CHECKS: Final = (
    Check(rule=UNREAD, kinds=_KINDS, find=_unread),
    Check(rule=MISSPELT, kinds=_KINDS, find=_misspelt),
)
