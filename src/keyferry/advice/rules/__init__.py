"""The rules, a file for each subject. A new file is added to `CHECKS` here. Pure."""

from typing import Final

from keyferry.advice.rule import Check
from keyferry.advice.rules import (
    accounts,
    classes,
    credential_secrets,
    elsewhere,
    environments,
    estates,
    injection,
    keys,
    labels,
    machine_identities,
    mounts,
    owners,
    pod_identity,
    refreshing,
    reviewed,
    running_as,
    shared_identities,
    subjects,
)

CHECKS: Final[tuple[Check, ...]] = (
    reviewed.CHECK,
    *labels.CHECKS,
    *keys.CHECKS,
    *accounts.CHECKS,
    *running_as.CHECKS,
    *subjects.CHECKS,
    *injection.CHECKS,
    environments.CHECK,
    credential_secrets.CHECK,
    mounts.CHECK,
    *classes.CHECKS,
    pod_identity.CHECK,
    *refreshing.CHECKS,
    *owners.CHECKS,
    elsewhere.CHECK,
    shared_identities.CHECK,
    machine_identities.CHECK,
    estates.CHECK,
)
