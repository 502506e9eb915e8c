"""The rules, a file for each subject. A new file is added to `CHECKS` here. Pure."""

from typing import Final

from keyferry.advice.rule import Check
from keyferry.advice.rules import (
    classes,
    connection_strings,
    credentials,
    delivery,
    elsewhere,
    labels,
    mounts,
    owners,
    refreshing,
    reviewed,
    shared_identities,
)

CHECKS: Final[tuple[Check, ...]] = (
    reviewed.CHECK,
    *labels.CHECKS,
    credentials.CHECK,
    connection_strings.CHECK,
    delivery.CHECK,
    *mounts.CHECKS,
    *classes.CHECKS,
    *refreshing.CHECKS,
    *owners.CHECKS,
    elsewhere.CHECK,
    shared_identities.CHECK,
)
