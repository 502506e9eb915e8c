"""What keyferry adds to a SecretProviderClass, in annotations, so it works under upstream's CRD as well.

Called by secret_provider_class's parse.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from keyferry.model.errors import SpecError, foreign
from keyferry.model.wellknown import SERVE_STALE_ANNOTATION
from keyferry.spec import durations, store_rules
from keyferry.spec.problems import Problems
from keyferry.spec.schema import Complaint

MAX_STALE: Final = timedelta(days=30)
_SERVE_STALE: Final = f"metadata.annotations[{SERVE_STALE_ANNOTATION}]"
_VAULT_NAME: Final = re.compile(r"[-A-Za-z0-9]{3,24}")


def serve_stale(annotations: Mapping[str, str], problems: Problems) -> timedelta | None:
    """Return how old a last good copy may be, None where none may serve; note what is wrong with it.

    Zero means none. A copy of more than 30 days is no longer a bridge over an outage.
    """
    text = annotations.get(SERVE_STALE_ANNOTATION, "").strip()
    if not text:
        return None
    try:
        duration = durations.parse(text)
    except SpecError as error:
        problems.add(_SERVE_STALE, error.what, error.remedy)
        return None
    if not timedelta() <= duration <= MAX_STALE:
        problems.add(_SERVE_STALE, f'"{foreign(text)}" is not between 0 and 30 days', 'write such as "24h"')
        return None
    return duration or None


def fallback_vaults(annotations: Mapping[str, str], own: str, problems: Problems) -> tuple[str, ...]:
    """Return the vaults to read from while the class's own is unavailable, in order; note what is wrong with them.

    Each is `https://host`, normalised, or a name alone in lower case, whose host the mount's cloud completes. `own` is
    the class's `keyvaultName`.
    """
    return store_rules.listed_vaults(annotations, own.strip().lower(), problems, _vault)


def _vault(text: str) -> str | Complaint:
    if "/" in text or "." in text:
        return store_rules.vault_address(text)
    if _VAULT_NAME.fullmatch(text):
        return text.lower()
    return Complaint(
        message=f'"{foreign(text)}" is neither the name of a vault nor its address',
        remedy='write such as "kv-west", 3 to 24 letters, digits and hyphens, or "https://kv-west.vault.azure.net"',
    )
