"""The PushSecretMetadata document: what the vault's object shall carry beside its value.

External Secrets reads it strictly, so that a misspelt field is told and not ignored; so does this.
Called by push_secret. Limits: https://learn.microsoft.com/azure/key-vault/general/service-limits
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from keyferry.model.errors import foreign
from keyferry.model.wellknown import OWNER_TAG
from keyferry.spec import checking
from keyferry.spec.problems import Problems
from keyferry.spec.schema import Complaint, Table, Text, Texts

API_VERSION: Final = "kubernetes.external-secrets.io/v1alpha1"
KIND: Final = "PushSecretMetadata"
MAX_TAGS: Final = 14  # of the service's 15; one says whose the object is
MAX_TAG: Final = 512
MAX_CONTENT_TYPE: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMetadata:
    """What to write beside the value. "" as `content_type` keeps the one that the object has."""

    expires: datetime | None = None
    content_type: str = ""
    tags: tuple[tuple[str, str], ...] = ()


def parse(document: Mapping[str, Any] | None, path: str, problems: Problems) -> PushMetadata:
    """Return what the document says, and note everything that is wrong with it. None says nothing."""
    if document is None:
        return PushMetadata()
    checked = checking.check(_FIELDS, document, path, problems)
    spec = checked.get("spec", {})
    tags = spec.get("tags", {})
    _check_tags(tags, f"{path}.spec.tags", problems)
    return PushMetadata(
        expires=_instant(spec.get("expirationDate", "")),
        content_type=spec.get("contentType", ""),
        tags=tuple(sorted(tags.items())),
    )


def _check_tags(tags: Mapping[str, str], path: str, problems: Problems) -> None:
    if OWNER_TAG in tags:
        problems.add(f"{path}[{OWNER_TAG}]", "is the tag by which the owner is known", "remove it; it is always set")
    if len(tags) > MAX_TAGS:
        problems.add(path, f"has {len(tags)} tags, {MAX_TAGS} are allowed", "remove some")
    for name, value in tags.items():
        if max(len(name), len(value)) > MAX_TAG:
            problems.add(f"{path}[{foreign(name)}]", f"is longer than {MAX_TAG} characters", "shorten it")


def _instant(text: str) -> datetime | None:
    """Return the instant in whole seconds, which is what the vault keeps."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _expiration(text: str) -> Complaint | None:
    if _instant(text) is not None and "T" in text.upper():
        return None
    return Complaint(
        message=f'"{foreign(text)}" is not an instant', remedy='write it as in RFC 3339, such as "2027-01-31T00:00:00Z"'
    )


_FIELDS: Final = Table(
    doc="What the vault's object shall carry.",
    required=("apiVersion", "kind"),
    fields={
        "apiVersion": Text(doc="API of this document.", enum=(API_VERSION,)),
        "kind": Text(doc="Kind of this document.", enum=(KIND,)),
        "metadata": Table(doc="Has no meaning here.", fields={}, open=True),
        "spec": Table(
            doc="What to write.",
            fields={
                "expirationDate": Text(doc="When the object expires.", rule=_expiration),
                "contentType": Text(doc="Content type of a secret.", max_length=MAX_CONTENT_TYPE),
                "tags": Texts(doc="Tags, in place of those that are there."),
            },
        ),
    },
)
