"""What an admission says of any document of the kinds that keyferry serves. Pure.

Called by `keyferry check` and by the validating webhook, so both say the same. Upstream's refusals are problems;
what keyferry asks on top is a warning.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from keyferry.model.errors import SpecError, Where
from keyferry.model.wellknown import ES_GROUP, GENERATORS_GROUP, SECRETS_STORE_GROUP
from keyferry.spec import (
    azure_mount,
    external_secret,
    fanout,
    push_secret,
    secret_provider_class,
    secret_store,
)
from keyferry.spec.generators import document as generators
from keyferry.spec.problems import InvalidDocument, Problem, Review

Document = Mapping[str, Any]


def review(document: Document) -> Review | None:
    """Return what is to be said of a document; None where its kind is none of ours."""
    api_version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        return None
    found = _REVIEWS.get((api_version.partition("/")[0], kind))
    if found is None:
        return None
    try:
        return found(document)
    except SpecError as refusal:
        return Review(problems=_problems(refusal))


def _parsed(parse: Callable[[Document], object]) -> Callable[[Document], Review]:
    """Return the review of a kind that upstream's webhook does not look at: whatever does not parse."""

    def reviewed(document: Document) -> Review:
        parse(document)
        return Review()

    return reviewed


def _provider_class(document: Document) -> Review:
    """What cannot be mounted is a problem; what cannot be synced as well is one of its own."""
    found = secret_provider_class.parse(document)
    where = Where(kind=secret_provider_class.KIND, namespace=found.namespace, name=found.name)
    if found.provider == secret_provider_class.AZURE:
        azure_mount.parse(found.parameters, where=where)
    return Review(problems=found.secret_problems)


def _problems(refusal: SpecError) -> tuple[Problem, ...]:
    if isinstance(refusal, InvalidDocument):
        return refusal.problems
    path = refusal.where.path if refusal.where is not None else ""
    text = f"{refusal.what}: {refusal.cause}" if refusal.cause else refusal.what
    return (Problem(path=path or "document", message=text, remedy=refusal.remedy),)


_REVIEWS: Final[Mapping[tuple[str, str], Callable[[Document], Review]]] = {
    (ES_GROUP, external_secret.KIND): external_secret.review,
    (ES_GROUP, secret_store.KIND): secret_store.review,
    (ES_GROUP, secret_store.CLUSTER_KIND): lambda document: secret_store.review(document, secret_store.CLUSTER_KIND),
    (ES_GROUP, push_secret.KIND): _parsed(push_secret.parse),
    (ES_GROUP, "ClusterExternalSecret"): lambda document: fanout.review(fanout.CLUSTER_EXTERNAL_SECRET, document),
    (ES_GROUP, "ClusterPushSecret"): lambda document: fanout.review(fanout.CLUSTER_PUSH_SECRET, document),
    **{
        (GENERATORS_GROUP, kind): _parsed(lambda document, kind=kind: generators.parse(document, kind))  # type: ignore[misc]  # (bound now)
        for kind in (*generators.KINDS, generators.CLUSTER)
    },
    (SECRETS_STORE_GROUP, secret_provider_class.KIND): _provider_class,
}
KINDS: Final = frozenset(kind for _, kind in _REVIEWS)
