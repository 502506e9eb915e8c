"""The rules, a file for each subject. A new file is added to `CHECKS` here. Pure."""

from typing import Final

from keyferry.advice.rule import Check
from keyferry.advice.rules import labels, reviewed

CHECKS: Final[tuple[Check, ...]] = (
    reviewed.CHECK,
    *labels.CHECKS,
)
