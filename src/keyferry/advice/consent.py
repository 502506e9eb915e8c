"""Whether the owner of a ServiceAccount lets a store of another namespace speak as it. Pure.

Called by the rules of `reviewed`, and by admit.plan, which says the same of a store before it is stored.
"""

import re
from typing import Final

from keyferry.advice import parts
from keyferry.advice.rule import Document
from keyferry.advice.surroundings import Surroundings
from keyferry.kube.wire.objects import Key
from keyferry.model.wellknown import USABLE_FROM_ANNOTATION
from keyferry.spec.secret_store import KIND
from keyferry.spec.store_rules import AZURE

PATH: Final = f"{AZURE}.serviceAccountRef.namespace"  # where a review says that consent is needed


def borrowed(document: Document) -> Key | None:
    """Return the ServiceAccount of another namespace that a SecretStore names, None where it borrows none."""
    reference = parts.mapping(document, *AZURE.split("."), "serviceAccountRef")
    home, owner, name = parts.namespace(document), parts.text(reference, "namespace"), parts.text(reference, "name")
    if document.get("kind") != KIND or not (home and owner and name) or owner == home:
        return None
    return Key(namespace=owner, name=name)


def is_given(document: Document, surroundings: Surroundings) -> bool:
    """Tell whether the ServiceAccount that a store borrows is known to be usable from the store's namespace."""
    key = borrowed(document)
    account = None if key is None else surroundings.account(key.namespace, key.name)
    consent = "" if account is None else account.annotations.get(USABLE_FROM_ANNOTATION, "")
    return parts.namespace(document) in re.split(r"[,\s]+", consent.strip())
